/// The appliance.
public enum ProxyApp {
    /// Runs the proxy until it is told to stop; returns the exit status.
    public static func run(_ settings: Settings) -> Int32 { 0 }
}
