/// Which agent carries a request: Node's option `agent`.
public enum AgentChoice {
    /// `HTTP.globalAgent`: Node `undefined` or `null`.
    case global
    /// This one. It must belong to the loop that the request is made on.
    case agent(Agent)
    /// None: a connection for this request alone, which is closed after it. Node `false`.
    case none
}
