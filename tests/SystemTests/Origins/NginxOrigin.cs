using System.Net.Sockets;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>A real nginx that serves a directory on loopback ports, and what it logged.</summary>
/// <remarks>
/// Every port has the directory at its root, and again under <c>/slow/</c> (at <see cref="SlowBytesPerSecond"/> for each
/// connection), <c>/noranges/</c> (200 for everything), <c>/gzip/</c> (compresses for whoever accepts it), <c>/locked/</c> (401 for
/// whoever is not <see cref="User"/> with <see cref="Password"/>), <c>/named/</c> (says that the content has the digest of the query,
/// <c>?sha256=BASE64</c>) and <c>/described/</c> (says that FILE.meta4 describes FILE).
/// nginx cannot refuse HTTP/1.1: <see cref="Http2Root"/> speaks both, by the client's choice.
/// </remarks>
sealed class NginxOrigin : IAsyncDisposable
{
    public const int SlowBytesPerSecond = 200_000;

    public const string User = "ann";

    public const string Password = "s3cret";

    const int SignalQuit = 3;
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    readonly TempDirectory _workplace;
    readonly RunningProgram _nginx;
    readonly NginxPorts _ports;

    NginxOrigin(TempDirectory workplace, RunningProgram nginx, NginxPorts ports)
    {
        _workplace = workplace;
        _nginx = nginx;
        _ports = ports;
    }

    public Uri PlainRoot => new($"http://127.0.0.1:{_ports.Plain}/");

    /// <summary>TLS with HTTP/1.1 only.</summary>
    public Uri SecureRoot => new($"https://127.0.0.1:{_ports.Secure}/");

    /// <summary>TLS with HTTP/2, and HTTP/1.1 for those who want it.</summary>
    public Uri Http2Root => new($"https://127.0.0.1:{_ports.Http2}/");

    /// <summary>The requests that have ended so far.</summary>
    public IReadOnlyList<NginxRequest> Requests => [.. File.ReadLines(LogPath).Select(NginxRequest.Parse)];

    string LogPath => _workplace.File(NginxSettings.AccessLog);

    /// <summary>Starts nginx for a directory and waits until it listens.</summary>
    public static async Task<NginxOrigin> StartAsync(string directory, TestAuthority authority)
    {
        var workplace = new TempDirectory();
        var ports = new NginxPorts(FreePort.Next(), FreePort.Next(), FreePort.Next());
        NginxSettings.Write(workplace, directory, authority, ports);
        var nginx = RunningProgram.Start(
            Program, "-p", workplace.Path, "-c", workplace.File(NginxSettings.Name), "-e", "stderr");
        var origin = new NginxOrigin(workplace, nginx, ports);
        try
        {
            await origin.WaitUntilListeningAsync();
            return origin;
        }
        catch
        {
            await origin.DisposeAsync();
            throw;
        }
    }

    /// <summary>All requests, once there are at least this many: nginx logs a request after the asker has its bytes.</summary>
    public async Task<IReadOnlyList<NginxRequest>> WaitForRequestsAsync(int count)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            // A line counts when its end is there.
            if (File.ReadAllText(LogPath).Count(c => c == '\n') >= count)
                return Requests;
            await Task.Delay(Moment, TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Lets running requests end, stops, and leaves nothing behind.</summary>
    public async ValueTask DisposeAsync()
    {
        // Killing the master would leave its workers: it is asked, and killed only if it does not answer.
        _nginx.Send(SignalQuit);
        try
        {
            await _nginx.WaitForExitAsync(TimeSpan.FromSeconds(2));
        }
        catch (TimeoutException)
        {
            await _nginx.TerminateAsync();
        }
        await _nginx.DisposeAsync();
        _workplace.Dispose();
    }

    // Debian keeps it where only root's PATH looks.
    static string Program => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    async Task WaitUntilListeningAsync()
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (!await IsListeningAsync(_ports.Http2))
        {
            if (_nginx.HasExited)
            {
                await _nginx.WaitForExitAsync();
                throw new InvalidOperationException($"nginx did not start: {_nginx.Errors.Text}");
            }
            await Task.Delay(Moment, TimeProvider.System, patience.Token);
        }
    }

    static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
