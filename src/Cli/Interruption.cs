using System.Runtime.InteropServices;

namespace Haul.Cli;

/// <summary>Ctrl+C, SIGTERM and SIGHUP as a token. The first asks to stop; a second one ends the program at once.</summary>
sealed class Interruption : IDisposable
{
    /// <summary>Signals so near to each other are one wish: timeout(1) sends its signal to the process and, at once, to its whole group.</summary>
    static readonly TimeSpan OneWish = TimeSpan.FromMilliseconds(300);

    readonly CancellationTokenSource _asked = new();
    readonly List<PosixSignalRegistration> _registrations = [];
    readonly TimeProvider _time;
    long _askedAt;

    public Interruption(TimeProvider time)
    {
        _time = time;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    public CancellationToken Token => _asked.Token;

    void OnSignal(PosixSignalContext context)
    {
        if (_asked.IsCancellationRequested && _time.GetElapsedTime(_askedAt) < OneWish)
        {
            context.Cancel = true;
            return;
        }
        if (_asked.IsCancellationRequested)
        {
            // Bars may be on the screen, and they hide the cursor.
            if (!Console.IsErrorRedirected)
                Console.Error.Write("\u001b[?25h");
            return;
        }
        context.Cancel = true;
        _askedAt = _time.GetTimestamp();
        _asked.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }
}
