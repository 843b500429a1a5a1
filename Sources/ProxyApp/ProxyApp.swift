import Glibc
import Logging

/// The appliance.
public enum ProxyApp {
    /// Runs the proxy until SIGTERM or SIGINT has been obeyed.
    ///
    /// Returns the exit status: 0 after an orderly stop, 1 when it could not start (the reason is on standard error). To be
    /// called once, from the main thread, before any other thread is made.
    public static func run(_ settings: Settings) -> Int32 {
        var log = Logger(label: "proxyd") { _ in StreamLogHandler.standardError(label: "proxyd") }
        log.logLevel = settings.errorLog.level.logging
        do throws(StartFailure) {
            let appliance = try Appliance(settings, log: log)
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
