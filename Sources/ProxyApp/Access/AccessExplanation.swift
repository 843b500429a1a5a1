import Engine
import Glibc
import Policy

extension ProxyApp {
    /// Says what a proxy with these settings would do with a request, and why: by the rules, lists and name servers that it
    /// would use itself. Nothing but name servers is asked. Blocks; to be called from the main thread.
    ///
    /// The user is in the groups that the group file names, beside those of the question. Listeners on port 0 are not known.
    /// Throws when a list or the group file cannot be read.
    public static func explain(
        _ question: AccessQuestion, _ settings: Settings
    ) throws(AccessQuestionProblem) -> AccessAnswer {
        let rules = try AccessExplanation.rules(settings).rules
        let now = WeekMinute(unixSeconds: Int64(time(nil)), offsetMinutes: settings.access.utcOffsetMinutes)
        let request = AccessRequest(
            client: question.client, user: question.user, groups: try AccessExplanation.groups(question, settings),
            method: question.method, host: question.host, port: question.port)
        switch rules.decideName(request, now: now) {
        case .denied(let decision):
            return AccessAnswer(lines: decision.explanation, isAllowed: false)
        case .pending(let access):
            do throws(ResolveError) {
                let decision = access.decide(try AccessExplanation.addresses(of: question.host, rules, settings))
                return AccessAnswer(lines: decision.explanation, isAllowed: decision.isAllowed)
            } catch {
                return AccessAnswer(
                    lines: ["not denied by name, but \(question.host) could not be resolved: \(error.token)"],
                    isAllowed: false)
            }
        }
    }

    /// What is odd about the rules of these settings: a line each, with the line of the file that it is about. Reads the lists,
    /// and throws when one cannot be read.
    public static func accessFindings(_ settings: Settings) throws(AccessQuestionProblem) -> [ConfigFinding] {
        let (rules, complaints) = try AccessExplanation.rules(settings)
        let canLogIn = settings.authentication.passwordFile != nil
        return complaints + rules.findings(canLogIn: canLogIn).map { ConfigFinding(line: $0.rule.line, $0.explanation) }
    }
}

/// The rules and addresses that a proxy with given settings would use, without one that runs.
enum AccessExplanation {
    /// The rules, and what was not understood in lists, each with the line of the list in the settings.
    static func rules(
        _ settings: Settings
    ) throws(AccessQuestionProblem) -> (rules: RuleSet, complaints: [ConfigFinding]) {
        var lists = LoadedLists()
        var complaints: [ConfigFinding] = []
        for list in settings.access.lists {
            do throws(ListFailure) {
                let outcome = try ListLoader.load(list, into: &lists)
                complaints += outcome.complaints.map {
                    ConfigFinding(line: list.place.line, "list \(list.name): \($0)")
                }
            } catch { throw AccessQuestionProblem("access.lists: \(error)") }
        }
        let reachable = settings.listen.flatMap(\.socketAddresses)
        let own = reachable + (settings.admin?.socketAddresses ?? [])
        let listeners = own.filter { $0.port != 0 }.map { address in
            OwnListeners.Listener(address: address.isUnspecified ? nil : IPAddress(address), port: address.port)
        }
        let assembly = RuleAssembly(
            settings, listeners: reachable.map { IPAddress($0) },
            own: OwnListeners(listeners, machineAddresses: MachineAddresses.current()))
        return (assembly.rules(lists), complaints)
    }

    /// The groups that the user of the question would be in. Does not read the password file, which the person who asks may not
    /// be allowed to.
    static func groups(
        _ question: AccessQuestion, _ settings: Settings
    ) throws(AccessQuestionProblem) -> Set<String> {
        guard let user = question.user, let path = settings.authentication.groupFile else { return question.groups }
        do throws(ConfigProblems) {
            return question.groups.union(try LoginFiles.groups(at: path).file.groups(of: user))
        } catch { throw AccessQuestionProblem("authentication.group_file: \(error)") }
    }

    /// The addresses that the proxy would try.
    static func addresses(
        of host: CanonicalHost, _ rules: RuleSet, _ settings: Settings
    ) throws(ResolveError) -> [IPAddress] {
        if let address = host.address { return [address] }
        let loop: EventLoop
        do throws(Errno) { loop = try EventLoop() } catch { throw .noResources }
        var options = ResolverOptions(settings.dns)
        options.maySearch = { rules.opensSearch($0) }
        let resolver = try Resolver(options: options, loop: loop)
        let answer = LoopBound(Answer())
        let name = host.isAbsolute && resolver.mayAppendDomains ? host.text + "." : host.text
        // On the loop, which is this thread once it runs.
        loop.post {
            let resolution = resolver.resolve(name, on: loop) { result in
                answer.value(on: loop).result = result
                loop.stop()
            }
            guard case .ready(let result) = resolution else { return }
            answer.value(on: loop).result = result
            loop.stop()
        }
        loop.run()
        resolver.shutdown()
        switch answer.value(on: loop).result {
        case .success(let resolved): return resolved.addresses.compactMap { IPAddress($0) }
        case .failure(let error): throw error
        case nil: throw .cancelled
        }
    }

    private final class Answer {
        var result: Result<ResolvedAddresses, ResolveError>?
    }
}
