namespace Haul.Engine.Sources;

/// <summary>The numbers of talking to origins.</summary>
static class SourceLimits
{
    /// <summary>Redirects of one request. RFC 9110 names no number; curl follows 50 and BITS few: ten covers every mirror network met.</summary>
    public const int RedirectsMax = 10;

    /// <summary>From sending a request to the head of its answer, connecting included.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A connection that brings no byte for this long is given up.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The head of an answer.</summary>
    public const int HeadKilobytesMax = 64;

    /// <summary>The longest wait a server may ask for; longer is cut to this, so that a wrong header cannot stop a job for good.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>Connections of this machine to all origins together: each holds one piece buffer while it receives.</summary>
    public const int ConnectionsMax = 16;
}
