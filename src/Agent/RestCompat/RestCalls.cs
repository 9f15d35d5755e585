using System.Globalization;
using Haul.Engine.Downloads;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.RestCompat;

/// <summary>The operations of the REST interface on downloads of one user, who is the same for all who connect.</summary>
/// <remarks>It sees the downloads that were made through it, until they are finalized or aborted, and no others.</remarks>
sealed class RestCalls
{
    const string Get = "GET";
    const string Post = "POST";

    static readonly StartDownload First = new() { Ranges = [] };
    static readonly StartDownload Again = new();

    readonly DownloadCalls _downloads;
    readonly Caller _user;
    readonly Dictionary<string, (string Method, Func<Dictionary<string, string>, ValueTask<RestReply>> Call)> _operations;

    public RestCalls(DownloadCalls downloads, Caller user)
    {
        (_downloads, _user) = (downloads, user);
        _operations = new(StringComparer.Ordinal)
        {
            ["create"] = (Post, CreateAsync),
            ["start"] = (Post, OnDownload((id, _) => StartAsync(id))),
            ["pause"] = (Post, OnDownload(async (id, _) => Done(await _downloads.PauseAsync(_user, id.Id)))),
            ["finalize"] = (Post, OnDownload(async (id, _) => Done(await _downloads.FinalizeAsync(_user, id.Id)))),
            ["abort"] = (Post, OnDownload(async (id, _) => Done(await _downloads.AbortAsync(_user, id.Id)))),
            ["getstatus"] = (Get, OnDownload((status, _) => ValueTask.FromResult(Status(status)))),
            ["getproperty"] = (Get, OnDownload((status, parameters) => GetAsync(status.Id, parameters))),
            ["setproperty"] = (Post, OnDownload((status, parameters) => SetAsync(status.Id, parameters))),
            ["enumerate"] = (Get, static _ => ValueTask.FromResult(RestReply.Of(E_NOTIMPL))),
        };
    }

    /// <summary>Does what a request asks for.</summary>
    public ValueTask<RestReply> AnswerAsync(RestRequest request)
    {
        if (RestTarget.Parse(request.Target) is not { } target || !_operations.TryGetValue(target.Operation, out var operation) || operation.Method != request.Method)
            return ValueTask.FromResult(RestReply.Of(ERROR_NOT_SUPPORTED));
        return target.Parameters() is { } parameters ? operation.Call(parameters) : ValueTask.FromResult(RestReply.Of(E_INVALIDARG));
    }

    /// <summary>A call on the download that Id names.</summary>
    Func<Dictionary<string, string>, ValueTask<RestReply>> OnDownload(Func<DownloadStatus, Dictionary<string, string>, ValueTask<RestReply>> call) => parameters =>
        Guid.TryParse(parameters.GetValueOrDefault("Id"), out var id) && _downloads.FindOfRest(_user, id) is { } status
            ? call(status, parameters)
            : ValueTask.FromResult(RestReply.Of(E_NOT_SET));

    async ValueTask<RestReply> CreateAsync(Dictionary<string, string> parameters)
    {
        var properties = new Dictionary<string, DownloadValue>();
        if (parameters.TryGetValue("Uri", out var uri))
            properties[nameof(DownloadProperty.Uri)] = DownloadValue.Of(uri);
        if (parameters.TryGetValue("DownloadFilePath", out var path))
            properties[nameof(DownloadProperty.LocalPath)] = DownloadValue.Of(path);
        var made = await _downloads.CreateAsync(_user, new CreateDownload { Properties = properties }, isOfRest: true);
        return made.Succeeded ? RestReply.Of(("Id", made.Value.Id.ToString())) : Failed(made.Failure);
    }

    async ValueTask<RestReply> StartAsync(DownloadStatus status)
    {
        // A path that another download is for is taken, whoever asked for that: nobody's download is ended by a stranger's.
        var started = await _downloads.StartAsync(_user, status.Id, status.State == DownloadState.Created ? First : Again, mayTakeOver: false);
        return started.Succeeded && status.State == DownloadState.Paused && started.Value.State == DownloadState.Paused && started.Value.Error == ERROR_FILE_NOT_FOUND
            ? RestReply.Of(RestCodes.Of(ERROR_FILE_NOT_FOUND))
            : Done(started);
    }

    static RestReply Status(DownloadStatus status) => RestReply.Of(
        ("Status", NameOf(status.State)),
        ("BytesTotal", status.BytesTotal.ToString(CultureInfo.InvariantCulture)),
        ("BytesTransferred", status.BytesTransferred.ToString(CultureInfo.InvariantCulture)),
        ("ErrorCode", RestCodes.Of(status.Error).Value.ToString(CultureInfo.InvariantCulture)),
        ("ExtendedErrorCode", RestCodes.Of(status.ExtendedError).Value.ToString(CultureInfo.InvariantCulture)));

    // Not by reflection, in the call that is made most.
    static string NameOf(DownloadState state) => state switch
    {
        DownloadState.Created => "Created",
        DownloadState.Transferring => "Transferring",
        DownloadState.Transferred => "Transferred",
        DownloadState.Finalized => "Finalized",
        DownloadState.Aborted => "Aborted",
        _ => "Paused",
    };

    async ValueTask<RestReply> GetAsync(Guid id, Dictionary<string, string> parameters)
    {
        if (!parameters.TryGetValue("PropertyKey", out var key))
            return RestReply.Of(E_INVALIDARG);
        if (PropertyOf(key) is not { } property)
            return RestReply.Of(DO_E_UNKNOWN_PROPERTY_ID);
        var read = await _downloads.GetAsync(_user, id, property.ToString());
        if (!read.Succeeded && read.Code != E_NOT_SET)
            return Failed(read.Failure);
        // What was never set is an empty text, and the default timeout a 0.
        var unset = property == DownloadProperty.NoProgressTimeoutSeconds ? "0" : "";
        return RestReply.Of((key, read.Value?.Value is { } value ? value.Text ?? value.Number?.ToString(CultureInfo.InvariantCulture) ?? unset : unset));
    }

    async ValueTask<RestReply> SetAsync(Guid id, Dictionary<string, string> parameters)
    {
        var isAny = false;
        foreach (var (name, text) in parameters)
        {
            if (name == "Id")
                continue;
            if (PropertyOf(name) is not { } property)
                return RestReply.Of(DO_E_UNKNOWN_PROPERTY_ID);
            var value = property != DownloadProperty.NoProgressTimeoutSeconds ? DownloadValue.Of(text)
                : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? DownloadValue.Of(number) : null;
            if (value is null)
                return RestReply.Of(E_INVALIDARG);
            if (await _downloads.SetAsync(_user, id, property.ToString(), value) is { Succeeded: false, Failure: var failure })
                return Failed(failure);
            isAny = true;
        }
        return isAny ? RestReply.Done : RestReply.Of(E_INVALIDARG);
    }

    static DownloadProperty? PropertyOf(string name) => name.ToUpperInvariant() switch
    {
        "ID" => DownloadProperty.Id,
        "URI" => DownloadProperty.Uri,
        "DOWNLOADFILEPATH" => DownloadProperty.LocalPath,
        "NOPROGRESSTIMEOUTSECONDS" => DownloadProperty.NoProgressTimeoutSeconds,
        _ => null,
    };

    static RestReply Done(Outcome<DownloadStatus> outcome) => outcome.Succeeded ? RestReply.Done : Failed(outcome.Failure);

    static RestReply Failed(Failure failure) => RestReply.Of(RestCodes.Of(failure.Code));
}
