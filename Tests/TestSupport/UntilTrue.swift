/// Asks again and again until `condition` holds; false when it does not for five seconds, which is for tests that fail.
package func untilTrue(_ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline { if await condition() { return true } }
    return false
}
