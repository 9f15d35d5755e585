using Haul.Protocol.Contract;

namespace Haul.Engine.Sources;

/// <summary>What a source's failure means for the transfer.</summary>
enum SourceFault
{
    /// <summary>May go away by itself: no route, a timeout, a dropped connection, 408, 5xx.</summary>
    Transient,

    /// <summary>The server asks for fewer requests: 429, 503.</summary>
    Busy,

    /// <summary>Asking again gives the same: 404, a bad certificate, a protocol violation.</summary>
    Fatal,

    /// <summary>The content is another than before: what is held of the old one is worth nothing.</summary>
    Changed,

    /// <summary>The answer broke and nothing tells whether the next one is of the same content: start over.</summary>
    NotResumable,

    /// <summary>The server does not do ranges, or does them wrongly: ask for the whole.</summary>
    RangesRefused,
}

/// <summary>Why a source gave no bytes, or no more.</summary>
/// <param name="Fault">What it means.</param>
/// <param name="Failure">Code and text for the user.</param>
/// <param name="RetryAfter">How long the server asks to be left alone, or null.</param>
sealed record SourceFailure(SourceFault Fault, Failure Failure, TimeSpan? RetryAfter = null);
