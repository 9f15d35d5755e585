using Haul.Engine;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Protocol.Contract;

namespace Haul.Client;

/// <summary>The engines of this process, one for each state directory, for all clients that use it: a second engine could not have the directory.</summary>
sealed class SharedEngine
{
    static readonly Lock _gate = new();
    static readonly Dictionary<string, SharedEngine> _open = [];

    readonly string _directory;
    readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _users = 1;

    SharedEngine(string directory, HaulEngine engine) => (_directory, Engine, StartedAt) = (directory, engine, TimeProvider.System.GetUtcNow());

    public HaulEngine Engine { get; }

    public DateTimeOffset StartedAt { get; }

    public string StateDirectory => _directory;

    /// <summary>The engine of a directory; its first user's policy holds.</summary>
    public static async Task<Outcome<SharedEngine>> OpenAsync(string? stateDirectory, Policy policy)
    {
        var directory = Path.GetFullPath(stateDirectory ?? AgentPaths.StateOf(isSystem: false));
        while (true)
        {
            Task closing;
            lock (_gate)
            {
                if (!_open.TryGetValue(directory, out var shared))
                    return Open_NeedsLock(directory, policy);
                if (shared._users > 0)
                {
                    shared._users++;
                    return shared;
                }
                closing = shared._closed.Task;
            }
            await closing;
        }
    }

    static Outcome<SharedEngine> Open_NeedsLock(string directory, Policy policy)
    {
        if (HaulEngine.Open(directory, () => policy, out var engine) is { } failure)
            return failure;
        var shared = new SharedEngine(directory, engine!);
        _open.Add(directory, shared);
        return shared;
    }

    /// <summary>One user less; with the last the engine stops.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
        }
        try
        {
            await Engine.DisposeAsync();
        }
        finally
        {
            lock (_gate)
                _open.Remove(_directory);
            _closed.SetResult();
        }
    }
}
