/// Asks again and again until `condition` holds; false when it does not for twenty seconds, which is for tests that fail.
package func untilTrue(_ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline { if await condition() { return true } }
    return false
}
