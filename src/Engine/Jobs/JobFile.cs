using System.Net;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>One file of a job. Owned by the jobs' loop.</summary>
sealed class JobFile(int index, AddFile asked, string temporaryPath)
{
    public int Index => index;

    /// <summary>What its adder asked for; the remote name may be replaced.</summary>
    public AddFile Asked { get; private set; } = asked;

    /// <summary>Where it grows, beside its target.</summary>
    public string TemporaryPath => temporaryPath;

    /// <summary>A new remote name that the next Resume makes permanent (contract, section 6.5).</summary>
    public string? NextRemoteName { get; set; }

    // What is known of the bytes; recorded.
    public FileIdentity? Temporary { get; set; }
    public Validator? Validator { get; set; }
    public long Length { get; set; } = -1;

    /// <summary>All wanted bytes are here and verified.</summary>
    public bool IsHere { get; set; }

    /// <summary>Of one to a stream: its reader has all of it.</summary>
    public bool IsTaken { get; set; }

    public bool IsCompleted { get; set; }
    public string? Sha256 { get; set; }
    public string? ResponseHeaders { get; set; }

    /// <summary>What came of the check that was asked for, or null.</summary>
    public FileIntegrity? Integrity { get; set; } = asked.Integrity is null ? null : new FileIntegrity(IntegrityState.Pending);

    /// <summary>Where redirects led, or null. Not recorded.</summary>
    public Uri? RedirectedTo { get; set; }

    /// <summary>The address of the server that answered last, or null where none did or it is not known. Not recorded.</summary>
    public IPAddress? ServerAddress { get => Run.Transfer?.View.ServerAddress ?? field; private set; }

    /// <summary>Bytes recorded when its transfer last ended.</summary>
    public long RestingBytes { get; set; }

    /// <summary>It was here when an earlier run of the engine ended: the disk may have lost of it since.</summary>
    public bool IsUnproved { get; init; }

    /// <summary>It changed since it was last recorded.</summary>
    public bool IsDirty { get; set; } = true;

    /// <summary>How it stands in the sums of its job.</summary>
    public FileCount Counted { get; set; }

    // How it goes; not recorded.
    public FileRun Run { get; } = new();

    /// <summary>Wanted bytes, or -1 while unknown.</summary>
    public long WantedBytes
    {
        get
        {
            if (Length >= 0)
                return Length;
            long sum = 0;
            foreach (var range in Asked.Ranges)
            {
                if (range.Length == ByteRange.ToEndOfFile)
                    return -1;
                sum += (long)range.Length;
            }
            if (Asked.Ranges.Count > 0)
                return sum;
            return Asked.FileSize == ByteRange.UnknownSize ? -1 : (long)Asked.FileSize;
        }
    }

    /// <summary>Nothing is left to do for it but to be placed.</summary>
    public bool IsTransferred => IsHere && (IsTaken || !Asked.IsToStream);

    /// <summary>Bytes that are here now.</summary>
    public long BytesTransferred => IsHere ? Length : Run.Transfer?.View.Received ?? RestingBytes;

    /// <summary>Makes the new remote name permanent; true when there was one.</summary>
    public bool TakeNextRemoteName()
    {
        if (NextRemoteName is null)
            return false;
        Asked = JobRules.WithSecretsApart(Asked with { RemoteName = NextRemoteName });
        NextRemoteName = null;
        IsDirty = true;
        return true;
    }

    /// <summary>Asks for it in another way; what is held is held against what comes.</summary>
    public void Ask(AddFile next) => (Asked, NextRemoteName, IsDirty) = (next, null, true);

    /// <summary>Asks for more of it: what is here is the front of what it will be.</summary>
    public void Extend(AddFile next, long lengthBytes)
    {
        Ask(next);
        (RestingBytes, Length, IsHere, Sha256) = (Length, lengthBytes, false, null);
    }

    /// <summary>A transfer of it knows its length and version, and where it grows.</summary>
    public void Begin(TransferReport.Began began) =>
        (Temporary, Validator, Length, ResponseHeaders, RedirectedTo) = (began.File, began.Validator, began.Length, began.Headers, began.RedirectedTo);

    /// <summary>What stays of a transfer of it that has ended; nothing of one whose bytes turned out to be wrong.</summary>
    public void Rest(Transfer ended) => (RestingBytes, ServerAddress) = (Validator is null ? 0 : Math.Max(0, ended.View.Received), ended.View.ServerAddress ?? ServerAddress);

    /// <summary>Its pieces are checked, or why they are not.</summary>
    public void Check(Failure? whyNot) => Integrity = whyNot is null
        ? new FileIntegrity(IntegrityState.Checked)
        : new FileIntegrity(IntegrityState.Unavailable, whyNot.Code, whyNot.Text);

    /// <summary>Forgets what is held.</summary>
    public void Void()
    {
        (Temporary, Validator, Length, IsHere, IsTaken, Sha256, RestingBytes) = (null, null, -1, false, false, null, 0);
        Integrity = Asked.Integrity is null ? null : new FileIntegrity(IntegrityState.Pending);
        Run.Generation++;
        IsDirty = true;
    }

    /// <summary>The way to its server.</summary>
    public HttpRoute Route => Asked.Http is { } http
        ? new HttpRoute(http.Proxy, http.CaPem, http.IpVersion, http.IgnoredCertificateFaults, http.CheckRevocation)
        : new HttpRoute(null, null, 0);

    OriginRequest Origin => new(new Uri(new Uri(Asked.RemoteName).GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)), Asked.Http ?? new HttpOptions());

    /// <summary>What a transfer of it is to bring, and with the recorded pieces what of it is here.</summary>
    public TransferRequest Request(Job job, IReadOnlyList<(PieceIndex, PieceHash)>? recorded) => new()
    {
        Origin = Origin,
        Manifest = IntegrityRules.RequestOf(Asked.Integrity, Origin),
        Ranges = Asked.Ranges,
        KnownSize = Asked.FileSize == ByteRange.UnknownSize ? -1 : (long)Asked.FileSize,
        IsReadMeanwhile = Asked.IsToStream,
        Expected = Asked.Digest is { } digest ? Digest.Parse(digest) : null,
        Caller = job.Owner,
        TemporaryPath = temporaryPath,
        Held = recorded is null ? null : new Held(Temporary!.Value, Validator!, Length, recorded),
        IsForeground = job.IsForeground,
    };

    public FileSnapshot Snapshot() => new(
        index,
        Asked.FileId!,
        JobRules.WithoutUserInformation(NextRemoteName ?? Asked.RemoteName),
        Asked.LocalName,
        Asked.Ranges,
        WantedBytes < 0 ? ByteRange.UnknownSize : (ulong)WantedBytes,
        (ulong)Math.Max(0, BytesTransferred),
        IsTransferred,
        IsCompleted,
        Temporary is null || IsCompleted ? null : temporaryPath,
        Sha256,
        Validator is null or { ETag: null, LastModified: null } ? null : Validator.ToString(),
        Run.Transfer?.View.Connections ?? 0,
        Run.Transfer?.View.From is { } host ? $"origin {host}" : null,
        ResponseHeaders,
        Integrity,
        Asked.IsToStream,
        ServerAddress?.ToString());
}

/// <summary>Where a file stands among the transfers. Owned by the jobs' loop.</summary>
sealed class FileRun
{
    /// <summary>The running transfer; it may be stopping.</summary>
    public Transfer? Transfer { get; set; }

    /// <summary>How often what was here of it came to nothing, so that it began anew.</summary>
    public int Generation { get; set; }

    /// <summary>Its place among the running transfers.</summary>
    public ScheduledFile? Place { get; set; }

    /// <summary>It stands in the scheduler's line.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Its transfer was asked to stop.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Asks the transfer to stop; it reports when it has.</summary>
    public void Stop()
    {
        if (Transfer is null || IsStopping)
            return;
        IsStopping = true;
        Transfer.Stop();
    }

    /// <summary>When it is tried again, or null.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>Tries in a row that brought nothing.</summary>
    public int Attempts { get; set; }

    /// <summary>The most bytes that were ever here of this content: only more than these are progress.</summary>
    public long MostBytes { get; set; }

    public Failure? Failure { get; set; }
}
