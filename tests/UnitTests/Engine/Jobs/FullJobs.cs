using Haul.Engine.Jobs;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Jobs and files with something in every field, far from every default.</summary>
static class FullJobs
{
    public static readonly DateTimeOffset Then = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);

    public static Job Job() => new(Guid.NewGuid(), new Caller(1000, 1001, "ann", false), "A name ☃", Then)
    {
        State = JobState.Error,
        Description = "A 'description'; with \"all\" sorts of % signs",
        Priority = JobPriority.Foreground,
        NotifyFlags = NotifyFlags.JobModification | NotifyFlags.Disable,
        NoProgressTimeout = uint.MaxValue,
        MinimumRetryDelay = 4_000_000_000,
        CostFlags = (uint)TransferPolicy.Unrestricted,
        NotificationClsid = Guid.NewGuid(),
        Modified = Then.AddSeconds(1),
        TransferCompleted = Then.AddSeconds(2),
        ErrorCount = 3_000_000_000,
        Error = new JobErrorSnapshot(ErrorContext.RemoteFile, HResult.FromHttpStatus(403), "The server refuses", 0, null),
        Sequence = long.MaxValue,
        IsHeard = true,
    };

    public static JobFile File(int index)
    {
        var http = new HttpOptions
        {
            Headers = [new Header("X-Key", "header-secret"), new Header("X-Other", "")],
            AuthHeaders = [new Header("Authorization", "Custom challenge-secret")],
            UserName = "user-name",
            Password = "pass-word",
            BearerToken = "bearer-token",
            Proxy = "http://u:proxy-secret@proxy.test:8080",
            AllowSecureToInsecureRedirect = true,
            CaPem = "-----BEGIN CERTIFICATE-----",
            IgnoredCertificateFaults = CertificateFaults.UnknownAuthority | CertificateFaults.WrongDate,
            CheckRevocation = true,
            HttpVersion = "2",
            IpVersion = 6,
            ConnectionsMax = 3,
            BytesPerSecondMax = long.MaxValue,
        };
        var asked = new AddFile
        {
            FileId = $"id {index}",
            RemoteName = $"http://origin.test/{index}",
            LocalName = $"/files/{index}",
            Ranges = [new ByteRange(10, 20), new ByteRange(0, 5), new ByteRange(long.MaxValue, ByteRange.ToEndOfFile)],
            FileSize = long.MaxValue,
            Digest = $"sha512:{new string('a', 128)}",
            Overwrite = true,
            IsToStream = true,
            Integrity = new IntegrityCheck { PiecesHashFileUrl = "https://origin.test/hashes", PiecesHashFileDigest = "a", PiecesHashFileDigestAlgorithm = "SHA512", HashOfHashes = "b", PublisherKey = "c", IsMandatory = true },
            Http = http,
        };
        return new JobFile(index, asked, $"/files/.haul-{index}.tmp")
        {
            Temporary = new FileIdentity(ulong.MaxValue, ulong.MaxValue - 1),
            Validator = new Validator("\"tag|with|bars\"", Then, 12345, PieceHash.Of([1])),
            Length = 12345,
            IsHere = true,
            IsTaken = true,
            IsCompleted = true,
            Sha256 = new string('b', 64),
            Integrity = new FileIntegrity(IntegrityState.Unavailable, HResults.DO_E_METAINFO_VERSION, "why"),
        };
    }
}
