import Glibc
import Logging

/// The appliance.
public enum ProxyApp {
    /// What is not wrong with the settings, but with the machine that they are for: permissions of files, and who the process is
    /// to become. One sentence each. Blocks.
    public static func warnings(of settings: Settings, configuration: String) -> [String] {
        var found: [String] = []
        var user = geteuid()
        do throws(StartFailure) {
            if let wanted = settings.process.user { user = try ProcessAccount(wanted).user }
        } catch { found.append(error.description) }
        return found + FileReport.look(at: settings.guardedFiles(configuration: configuration), user: user)
    }

    /// Runs the proxy until SIGTERM or SIGINT has been obeyed.
    ///
    /// Returns the exit status: 0 after an orderly stop, 1 when it could not start, 2 when a file that the settings name is not
    /// right (the reasons are on standard error). To be called once, from the main thread, before any other thread is made.
    ///
    /// `configuration` is the file that the settings came from: it is looked at, not read.
    public static func run(_ settings: Settings, configuration: String? = nil) -> Int32 {
        var log = Logger(label: "proxyd") { StreamLogHandler(label: $0, stream: ErrorStream()) }
        log.logLevel = settings.errorLog.level.logging
        let loginFiles: LoginFiles?
        do throws(ConfigProblems) { loginFiles = try LoginFiles.load(settings.authentication) } catch {
            StandardError.line("\(error)")
            return 2
        }
        do throws(StartFailure) {
            let appliance = try Appliance(settings, configuration: configuration, loginFiles: loginFiles, log: log)
            return try appliance.run()
        } catch {
            StandardError.line("proxyd: \(error)")
            return 1
        }
    }
}

extension LogLevel {
    fileprivate var logging: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
