/// Where clouds tell a virtual machine who it is, and hand it credentials. Any program on the machine may ask, so a proxy
/// that takes strangers there gives the machine's identity away.
public enum MetadataServices {
    private static let addresses: Set<IPAddress> = {
        let texts: [StaticString] = [
            "169.254.169.254",  // Amazon, Google, Azure, Oracle, OpenStack, DigitalOcean, Hetzner and others
            "fd00:ec2::254",  // Amazon EC2
            "169.254.170.2",  // Amazon ECS: a task's credentials
            "169.254.170.23", "fd00:ec2::23",  // Amazon EKS: a pod's credentials
            "fd20:ce::254",  // Google
            "168.63.129.16",  // Azure: the platform's channel, a public address
            "192.0.0.192",  // Oracle, before its present cloud
            "100.100.100.200",  // Alibaba
            "169.254.0.23",  // Tencent
            "169.254.42.42", "fd00:42::42",  // Scaleway
            "169.254.169.250",  // Rancher
            "fe80::a9fe:a9fe",  // OpenStack
        ]
        return Set(texts.compactMap { IPAddress(parsing: $0.description) })
    }()

    private static let names: Set<String> = [
        "metadata.google.internal", "metadata.goog", "metadata",
        "instance-data", "instance-data.ec2.internal",
        "metadata.tencentyun.com", "rancher-metadata", "rancher-metadata.rancher.internal",
    ]

    /// Is this address such a service's?
    public static func contains(_ address: IPAddress) -> Bool { addresses.contains(address) }

    /// Is this canonical name such a service's? The same service may have other names: its address counts as well.
    public static func contains(name: String) -> Bool { names.contains(name) }
}
