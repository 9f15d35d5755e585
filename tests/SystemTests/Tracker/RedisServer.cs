using System.Globalization;
using Haul.SystemTests.Processes;
using StackExchange.Redis;

namespace Haul.SystemTests.Tracker;

/// <summary>A real redis-server on a port of its own, which keeps nothing.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    const int SignalStop = 19;
    const int SignalContinue = 18;

    readonly TempDirectory _directory = new();
    RunningProgram? _server;

    public int Port { get; } = FreePort.Next();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        _server = RunningProgram.Start(
            "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _directory.Path);
        await _server.WaitForLineAsync("Ready to accept connections");
    }

    public async Task KillAsync() => await _server!.KillAsync();

    /// <summary>Has it answer nothing, and take what is sent, until <see cref="Thaw"/>.</summary>
    public void Freeze() => _server!.Send(SignalStop);

    public void Thaw() => _server!.Send(SignalContinue);

    /// <summary>Empties it.</summary>
    public async Task FlushAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(Address + ",allowAdmin=true");
        await admin.GetServers().Single().FlushAllDatabasesAsync();
    }

    /// <summary>Runs a command of its own.</summary>
    public async Task<RedisResult> RunAsync(string command, params object[] arguments)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Address + ",allowAdmin=true");
        return await connection.GetDatabase().ExecuteAsync(command, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? default);
        _directory.Dispose();
    }
}
