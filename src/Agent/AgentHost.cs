namespace Haul.Agent;

/// <summary>The daemon: one engine behind the local API.</summary>
static class AgentHost
{
    /// <summary>Runs until SIGTERM, SIGINT or the token; returns the exit code of the process.</summary>
    public static Task<int> RunAsync(AgentOptions options, CancellationToken stopping = default) => throw new NotSupportedException(options.ToString() + stopping);
}
