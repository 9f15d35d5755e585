using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Client.Com;

/// <summary>The agent's downloads as COM objects use them: calls that return when it has answered.</summary>
/// <param name="http">For what is answered at once.</param>
/// <param name="slow">For what takes as long as a download: its connections are no others' way.</param>
sealed class AgentDownloads(BlockingHttp http, AgentHttp slow)
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    /// <summary>The objects of this agent's downloads.</summary>
    public ObjectTable<ComDownload> Objects { get; } = new();

    public Outcome<DownloadStatus> Create() => http.Ask("POST", "/v1/downloads", new CreateDownload(), _json.CreateDownload, _json.DownloadStatus);

    /// <summary>The caller's own: all, or those with such a value of a property.</summary>
    public Outcome<IReadOnlyList<DownloadStatus>> List(DownloadProperty? property, string? value) => http.Get(
        property is null ? "/v1/downloads" : $"/v1/downloads?property={property}&value={Uri.EscapeDataString(value ?? "")}", _json.IReadOnlyListDownloadStatus);

    public Outcome<DownloadStatus> Status(Guid id) => http.Get($"/v1/downloads/{id}", _json.DownloadStatus);

    public Outcome<DownloadStatus> Start(Guid id, StartDownload asked) => http.Ask("POST", $"/v1/downloads/{id}/start", asked, _json.StartDownload, _json.DownloadStatus);

    /// <summary>Pauses, aborts or finalizes it, in the agent's words.</summary>
    public Outcome<DownloadStatus> Do(Guid id, string verb) => http.Ask("POST", $"/v1/downloads/{id}/{verb}", default, _json.DownloadStatus);

    public Outcome<DownloadPropertyValue> Get(Guid id, DownloadProperty property) => http.Get($"/v1/downloads/{id}/properties/{property}", _json.DownloadPropertyValue);

    public Outcome<DownloadStatus> Set(Guid id, DownloadProperty property, DownloadValue value) =>
        http.Ask("PUT", $"/v1/downloads/{id}/properties/{property}", new DownloadPropertyValue(value), _json.DownloadPropertyValue, _json.DownloadStatus);

    /// <summary>How a download is doing once it has left a state, or after a while if it has not.</summary>
    public Outcome<DownloadStatus> Wait(Guid id, DownloadState left) =>
        slow.GetAsync($"/v1/downloads/{id}/wait?while={left}", _json.DownloadStatus, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The bytes of a download to a stream, from the front of its part. Reading them throws when they will not all come.</summary>
    /// <param name="id">Which.</param>
    /// <param name="cancel">Nobody waits for them any more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Outcome<Stream> OpenContent(Guid id, CancellationToken cancel) => slow.OpenBodyAsync($"/v1/downloads/{id}/content", cancel).GetAwaiter().GetResult();
}
