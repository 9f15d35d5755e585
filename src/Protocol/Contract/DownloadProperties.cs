using static Haul.Protocol.Contract.DownloadAccess;
using static Haul.Protocol.Contract.DownloadHome;
using static Haul.Protocol.Contract.DownloadStates;
using static Haul.Protocol.Contract.DownloadValueKind;

namespace Haul.Protocol.Contract;

/// <summary>What kind of value a property has, with the variant type that COM callers pass it in.</summary>
enum DownloadValueKind
{
    /// <summary>VT_BSTR.</summary>
    Text,

    /// <summary>VT_UI4.</summary>
    Number32,

    /// <summary>VT_UI8.</summary>
    Number64,

    /// <summary>VT_BOOL.</summary>
    Flag,

    /// <summary>VT_ARRAY of VT_UI1; base64 in JSON.</summary>
    Bytes,

    /// <summary>VT_UNKNOWN: an object in the caller's process, which no agent can hold.</summary>
    Interface,
}

/// <summary>Whether a property can be read and set.</summary>
[Flags]
enum DownloadAccess
{
    Get = 1,
    Set = 2,
    GetSet = Get | Set,
}

/// <summary>Who keeps a property.</summary>
enum DownloadHome
{
    /// <summary>The agent.</summary>
    Agent,

    /// <summary>The client's library: it is about calls in that process, and ends with it.</summary>
    Client,
}

/// <summary>States of a download in which something may be done.</summary>
[Flags]
enum DownloadStates
{
    Never = 0,
    InCreated = 1 << DownloadState.Created,
    InPaused = 1 << DownloadState.Paused,
    AtRest = InCreated | InPaused,
    NotTransferring = AtRest | (1 << DownloadState.Transferred),
    NotFinal = NotTransferring | (1 << DownloadState.Transferring),
}

/// <summary>One property of a download.</summary>
/// <param name="Id">Its number; the name is the enumeration's.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Access">Whether it can be read and set.</param>
/// <param name="Settable">In which states it can be set.</param>
/// <param name="Home">Who keeps it.</param>
sealed record DownloadPropertyRow(DownloadProperty Id, DownloadValueKind Kind, DownloadAccess Access, DownloadStates Settable, DownloadHome Home = Agent);

/// <summary>The thirty properties of a download, as data.</summary>
/// <remarks>
/// The contract leaves open when most of them may be set; the readings are those of docs/decisions/0014-downloads-over-jobs.md. What
/// holds credentials is never given back.
/// </remarks>
static class DownloadProperties
{
    /// <summary>All, by number.</summary>
    public static readonly IReadOnlyList<DownloadPropertyRow> All =
    [
        new(DownloadProperty.Id, Text, Get, Never),
        new(DownloadProperty.Uri, Text, GetSet, AtRest),
        new(DownloadProperty.ContentId, Text, GetSet, InCreated),
        new(DownloadProperty.DisplayName, Text, GetSet, NotFinal),
        new(DownloadProperty.LocalPath, Text, GetSet, InCreated),
        new(DownloadProperty.HttpCustomHeaders, Text, GetSet, AtRest),
        new(DownloadProperty.CostPolicy, Number32, GetSet, NotFinal),
        new(DownloadProperty.SecurityFlags, Number32, Set, AtRest),
        new(DownloadProperty.CallbackFreqPercent, Number32, GetSet, NotFinal, Client),
        new(DownloadProperty.CallbackFreqSeconds, Number32, GetSet, NotFinal, Client),
        new(DownloadProperty.NoProgressTimeoutSeconds, Number32, GetSet, NotFinal),
        new(DownloadProperty.ForegroundPriority, Flag, GetSet, NotFinal),
        new(DownloadProperty.BlockingMode, Flag, GetSet, NotTransferring, Client),
        new(DownloadProperty.CallbackInterface, Interface, GetSet, NotFinal, Client),
        new(DownloadProperty.StreamInterface, Interface, GetSet, InCreated, Client),
        new(DownloadProperty.SecurityContext, Bytes, Set, AtRest),
        new(DownloadProperty.NetworkToken, Flag, Set, AtRest),
        new(DownloadProperty.CorrelationVector, Text, GetSet, InCreated),
        new(DownloadProperty.DecryptionInfo, Text, Set, InCreated),
        new(DownloadProperty.IntegrityCheckInfo, Text, Set, InCreated),
        new(DownloadProperty.IntegrityCheckMandatory, Flag, GetSet, InCreated),
        new(DownloadProperty.TotalSizeBytes, Number64, GetSet, InCreated),
        new(DownloadProperty.DisallowOnCellular, Flag, GetSet, NotFinal),
        new(DownloadProperty.HttpCustomAuthHeaders, Text, Set, AtRest),
        new(DownloadProperty.HttpAllowSecureToNonSecureRedirect, Flag, GetSet, AtRest),
        new(DownloadProperty.NonVolatile, Flag, GetSet, InCreated),
        new(DownloadProperty.HttpRedirectionTarget, Text, Get, Never),
        new(DownloadProperty.HttpResponseHeaders, Text, Get, Never),
        new(DownloadProperty.HttpServerIPAddress, Text, Get, Never),
        new(DownloadProperty.HttpStatusCode, Number32, Get, Never),
    ];

    /// <summary>The row of a number, or null where there is none.</summary>
    public static DownloadPropertyRow? Of(DownloadProperty property) => (int)property >= 0 && (int)property < All.Count ? All[(int)property] : null;

    /// <summary>The row of a property that a path or a body names, by name or number; null where there is none.</summary>
    public static DownloadPropertyRow? Of(string name) => Enum.TryParse<DownloadProperty>(name, ignoreCase: true, out var property) ? Of(property) : null;

    /// <summary>Whether a set of states holds a state.</summary>
    public static bool Holds(this DownloadStates states, DownloadState state) => ((int)states >> (int)state & 1) != 0;
}
