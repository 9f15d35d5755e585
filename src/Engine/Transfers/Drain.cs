using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>Why a transfer drains, and so what it does afterwards.</summary>
abstract record Drain
{
    /// <summary>To start over: the content changed.</summary>
    public sealed record Restart(Failure Why) : Drain;

    /// <summary>To stop: the job wants no more of it.</summary>
    public sealed record Stop : Drain;

    /// <summary>To fail, for now or until someone mends it.</summary>
    public sealed record Fail(Failure Failure, bool IsTransient, TimeSpan? RetryAfter) : Drain
    {
        /// <summary>What is held is proved wrong and must not be taken up again.</summary>
        public bool IsVoid { get; init; }
    }
}
