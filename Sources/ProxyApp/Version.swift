/// What this build calls itself: `proxyd --version`, the admin pages and the logs all read it here.
public enum Version {
    /// The release, as `MAJOR.MINOR.PATCH` (semantic versioning 2.0.0).
    public static let current = "0.1.0"
}
