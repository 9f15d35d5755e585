using System.Text;

namespace Haul.Client;

/// <summary>Reads server-sent events (HTML standard, section 9.2).</summary>
/// <remarks>The framework's parser takes over an id before its event has come in whole; going on from there would leave the event out.</remarks>
sealed class EventReader(Stream stream) : IDisposable
{
    readonly StreamReader _lines = new(stream, Encoding.UTF8);

    /// <summary>The next event, which may be an id alone; null when the stream has ended or broken.</summary>
    public async Task<StreamEvent?> NextAsync(CancellationToken cancel)
    {
        var (kind, id, data) = ("", (string?)null, "");
        try
        {
            while (await _lines.ReadLineAsync(cancel) is { } line)
            {
                if (line.Length == 0 && (id is not null || data.Length > 0))
                    return new StreamEvent(kind, id, data);
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                    continue;
                var value = line[(colon + 1)..].TrimStart(' ');
                switch (line[..colon])
                {
                    case "event": kind = value; break;
                    case "id": id = value; break;
                    case "data": data += value; break;
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Broken is ended: whoever reads connects again.
        }
        return null;
    }

    public void Dispose() => _lines.Dispose();
}

/// <summary>One event of a stream.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Id">Where to go on from once it was taken, or null.</param>
/// <param name="Data">JSON, or empty for an id alone.</param>
readonly record struct StreamEvent(string Kind, string? Id, string Data);
