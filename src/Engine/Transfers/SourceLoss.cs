using Haul.Engine.Sources;

namespace Haul.Engine.Transfers;

/// <summary>What it means for a transfer that a connection, or the first answer, was lost. Pure.</summary>
enum SourceLoss
{
    /// <summary>Others bring more: fewer connections for a while.</summary>
    Busy,

    /// <summary>Others bring more: no new connection for a moment.</summary>
    Rest,

    /// <summary>Peers have more: the origin is left alone for a while.</summary>
    LeftToPeers,

    /// <summary>The server does ranges wrongly: from the start, without any.</summary>
    WithoutRanges,

    /// <summary>The content changed: from the start.</summary>
    FromStart,

    /// <summary>It may go away by itself.</summary>
    FailForNow,

    /// <summary>It does not go away by itself.</summary>
    Fail,
}

/// <summary>Decides it.</summary>
/// <param name="Others">Connections that are left.</param>
/// <param name="HasHelp">Peers have what is missing, or are after it.</param>
/// <param name="MayDropRanges">The whole file is wanted, and ranges were asked for until now.</param>
/// <param name="MayRestart">It has not started over too often.</param>
readonly record struct SourceLossRules(int Others, bool HasHelp, bool MayDropRanges, bool MayRestart)
{
    public SourceLoss Of(SourceFault fault) => fault switch
    {
        SourceFault.Busy when Others > 0 => SourceLoss.Busy,
        SourceFault.Transient when Others > 0 => SourceLoss.Rest,
        SourceFault.Busy or SourceFault.Transient or SourceFault.Fatal when HasHelp => SourceLoss.LeftToPeers,
        SourceFault.RangesRefused when MayDropRanges => SourceLoss.WithoutRanges,
        SourceFault.Changed or SourceFault.NotResumable when MayRestart => SourceLoss.FromStart,
        SourceFault.Busy or SourceFault.Transient or SourceFault.NotResumable => SourceLoss.FailForNow,
        _ => SourceLoss.Fail,
    };
}
