using Haul.Engine;
using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Store;

namespace Haul.SimulationTests.World;

/// <summary>One life of an engine, from its start to its stop or crash.</summary>
sealed class EngineLife
{
    readonly TaskCompletionSource _gone = new();
    readonly SimLane _programs;
    readonly JobStore _store;
    readonly HttpMessageInvoker _http;

    public EngineLife(LifeGround ground, string name, int number)
    {
        (Number, _programs) = (number, ground.Programs);
        Lane = new SimLane(ground.Programs.Scheduler, name);
        Disk = new SimDisk(ground.Volume, Lane);
        _store = ground.State.Open();
        _http = new HttpMessageInvoker(new SimWire(ground.Net, Lane));
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Lane);
        Engine = new HaulEngine(new EngineParts
        {
            Time = Lane.Clock,
            Disk = Disk,
            Checkpoints = new Checkpoints(Disk, ground.Volume.Checkpoints, new Caller(0, 0, "engine", IsAdministrator: false)) { PiecesMin = 2 },
            OpenHttp = (_, out invoker) =>
            {
                invoker = _http;
                return null;
            },
            Workers = new Workers(onTheSpot: true, Lane),
            Random = ground.Random,
            Store = _store,
            Policy = ground.Policy,
            Peers = ground.Peers(Lane),
        }, _store);
        SynchronizationContext.SetSynchronizationContext(before);
    }

    public int Number { get; }

    public SimLane Lane { get; }

    public SimDisk Disk { get; }

    public HaulEngine Engine { get; }

    public JobManager Jobs => Engine.Jobs;

    /// <summary>Completes when this life is over, however it ended.</summary>
    public Task Gone => _gone.Task;

    /// <summary>The process is gone between two instructions: nothing it had in mind happens.</summary>
    public void Crash()
    {
        Lane.Kill();
        _store.Dispose();
        _programs.Post(static gone => ((TaskCompletionSource)gone!).TrySetResult(), _gone);
    }

    /// <summary>A stop in good order.</summary>
    public async Task StopAsync()
    {
        await Engine.DisposeAsync();
        // Every call has its answer by now; its caller only has to have its turn.
        await _programs.Clock.WaitSeconds(1);
        Lane.Kill();
        _gone.TrySetResult();
    }

    /// <summary>Calls that were not answered.</summary>
    public int Unanswered { get; private set; }

    /// <summary>What a call came to; null when the engine went before it answered.</summary>
    public async Task<T?> AnswerAsync<T>(Task<T> call)
        where T : struct
    {
        Unanswered++;
        // Not the call itself: what WhenAny awaits may not be a source that runs its continuations asynchronously, or it hops.
        var answer = AwaitAsync(call);
        await Task.WhenAny(answer, Gone);
        if (!answer.IsCompleted)
            return null;
        Unanswered--;
        return await answer;
    }

    static async Task<T> AwaitAsync<T>(Task<T> call) => await call;
}

/// <summary>What a life of an engine stands on, and what outlives it.</summary>
/// <param name="Programs">Where those run that call it.</param>
/// <param name="Volume">The machine's disk.</param>
/// <param name="State">The engine's database.</param>
/// <param name="Net">The way to the origins.</param>
/// <param name="Random">The engine's own die.</param>
/// <param name="Policy">What the administrator allows, now.</param>
sealed record LifeGround(SimLane Programs, SimVolume Volume, SimState State, SimNet Net, Random Random, Func<Policy> Policy)
{
    /// <summary>Makes the life's way to other agents, or null where it has none.</summary>
    public Func<SimLane, PeerParts?> Peers { get; init; } = static _ => null;
}
