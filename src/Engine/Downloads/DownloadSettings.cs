using System.Globalization;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Engine.Downloads;

/// <summary>What setting a property does to the job, and what reading one says. Inside the jobs' loop.</summary>
static class DownloadSettings
{
    /// <summary>The no-progress timeout of a download of the REST interface, seconds: that of the original.</summary>
    const uint RestTimeoutSeconds = 300;

    static readonly TransferPolicy[] CostFlags =
    [
        TransferPolicy.Always, TransferPolicy.Unrestricted, TransferPolicy.Standard, TransferPolicy.NotRoaming, TransferPolicy.NoSurcharge,

        // Jobs have no flag for cellular networks alone; these cost something as a rule.
        TransferPolicy.Unrestricted,
    ];

    /// <summary>Sets a property whose value and state were found right.</summary>
    public static void Set(JobOperations operations, Job job, DownloadProperty property, DownloadValue value)
    {
        job.Download = job.Download!.With(property, value);
        switch (property)
        {
            case DownloadProperty.DisplayName:
                job.DisplayName = value.Text!;
                break;
            case DownloadProperty.LocalPath when job.Download.Text(DownloadProperty.DisplayName) is null:
                job.DisplayName = NameOf(value.Text!) ?? job.DisplayName;
                break;
            case DownloadProperty.CostPolicy or DownloadProperty.DisallowOnCellular:
                job.CostFlags = (uint)CostFlags[CostPolicyOf(job.Download)];
                break;
            case DownloadProperty.NoProgressTimeoutSeconds:
                job.NoProgressTimeout = value.Number == 0 ? DefaultTimeout(job.Download) : (uint)value.Number!;
                break;
            case DownloadProperty.ForegroundPriority:
                operations.Change(job, new JobChange { Priority = value.Flag == true ? JobPriority.Foreground : JobPriority.Normal });
                break;
            case DownloadProperty.NonVolatile:
                job.Download = job.Download with { IsNonVolatile = value.Flag == true };
                break;
            case DownloadProperty.Uri or DownloadProperty.SecurityFlags or DownloadProperty.HttpCustomHeaders or DownloadProperty.HttpCustomAuthHeaders or DownloadProperty.HttpAllowSecureToNonSecureRedirect
                when job.Files is [var file]:
                file.Ask(FileOf(job.Download, file.Asked.LocalName, file.Asked.Ranges));
                break;
        }
        operations.Touch(job);
    }

    /// <summary>The no-progress timeout of a download that names none; null for that of jobs.</summary>
    public static uint? DefaultTimeout(DownloadFacet facet) => facet.IsOfRest ? RestTimeoutSeconds : null;

    static int CostPolicyOf(DownloadFacet facet)
    {
        var policy = (int?)facet.Number(DownloadProperty.CostPolicy) ?? (int)DownloadCostPolicy.Always;
        return policy == (int)DownloadCostPolicy.Always && facet.Flag(DownloadProperty.DisallowOnCellular) ? (int)DownloadCostPolicy.NoCellular : policy;
    }

    static string? NameOf(string localPath) =>
        Path.GetFileName(localPath) is { Length: > 0 } name ? name[..Math.Min(name.Length, JobRules.DisplayNameMax)] : null;

    /// <summary>The one file, as the job is to fetch it.</summary>
    public static AddFile FileOf(DownloadFacet facet, string localName, IReadOnlyList<ByteRange> ranges) => JobRules.WithSecretsApart(new AddFile
    {
        FileId = "0",
        RemoteName = facet.Text(DownloadProperty.Uri)!,
        LocalName = localName,
        Ranges = ranges,
        FileSize = facet.Number(DownloadProperty.TotalSizeBytes) ?? ByteRange.UnknownSize,
        Integrity = facet.Text(DownloadProperty.IntegrityCheckInfo) is { } check ? IntegrityProperty.Read(check, facet.Flag(DownloadProperty.IntegrityCheckMandatory)).Value : null,
        Http = new HttpOptions
        {
            Headers = HeadersOf(facet, DownloadProperty.HttpCustomHeaders),
            AuthHeaders = HeadersOf(facet, DownloadProperty.HttpCustomAuthHeaders),
            AllowSecureToInsecureRedirect = facet.Flag(DownloadProperty.HttpAllowSecureToNonSecureRedirect),
            IgnoredCertificateFaults = SecurityFlags.IgnoredOf(facet.Number(DownloadProperty.SecurityFlags) ?? 0),
            CheckRevocation = SecurityFlags.ChecksRevocation(facet.Number(DownloadProperty.SecurityFlags) ?? 0),
        },
    });

    static IReadOnlyList<Header> HeadersOf(DownloadFacet facet, DownloadProperty property) => facet.Text(property) is { } lines ? DownloadRules.Headers(lines).Value ?? [] : [];

    /// <summary>A property as it is now; null where it was never set or is not known.</summary>
    public static DownloadValue? Get(Guid id, DownloadFacet facet, DownloadFacts facts, DownloadProperty property)
    {
        var set = facet.Values.GetValueOrDefault(property);
        return property switch
        {
            DownloadProperty.Id => DownloadValue.Of(id.ToString()),
            DownloadProperty.Uri => set is null ? null : DownloadValue.Of(JobRules.WithoutUserInformation(set.Text!)),
            DownloadProperty.DisplayName => set is null ? null : DownloadValue.Of(facts.DisplayName),
            DownloadProperty.ForegroundPriority => set is null ? null : DownloadValue.Of(facts.IsForeground),
            DownloadProperty.TotalSizeBytes => facts.SizeBytes is { } size ? DownloadValue.Of((ulong)size) : set,
            DownloadProperty.HttpRedirectionTarget => facts.RedirectedTo is { } target ? DownloadValue.Of(target.AbsoluteUri) : null,
            DownloadProperty.HttpResponseHeaders => facts.Headers is { } headers ? DownloadValue.Of(headers) : null,
            DownloadProperty.HttpServerIPAddress => facts.ServerAddress is { } address ? DownloadValue.Of(address) : null,
            DownloadProperty.HttpStatusCode => facts.Status is { } status ? DownloadValue.Of((ulong)status) : null,
            _ => set,
        };
    }
}

/// <summary>What is known of a download from its job, beside what was set.</summary>
/// <param name="DisplayName">What its job is called.</param>
/// <param name="IsForeground">Its job is one of the foreground.</param>
/// <param name="SizeBytes">The size of the whole content, once known.</param>
/// <param name="RedirectedTo">Where redirects led.</param>
/// <param name="Answer">Status line and header lines of the server's last answer.</param>
/// <param name="ServerAddress">The IP address of the server that gave it.</param>
/// <param name="Error">Why it rests, or waits.</param>
sealed record DownloadFacts(string DisplayName, bool IsForeground, long? SizeBytes, Uri? RedirectedTo, string? Answer, string? ServerAddress, HResult? Error)
{
    public static DownloadFacts Of(Job job)
    {
        var file = job.Files.FirstOrDefault();
        long? size = file?.Validator is { Length: >= 0 } version ? version.Length : file is { IsHere: true, Asked.Ranges.Count: 0 } ? file.Length : null;
        return new DownloadFacts(job.DisplayName, job.IsForeground, size, file?.RedirectedTo, file?.ResponseHeaders, file?.ServerAddress?.ToString(), job.Error?.Code);
    }

    /// <summary>Of a job that is final.</summary>
    public static DownloadFacts Of(JobSnapshot job, IReadOnlyList<FileSnapshot>? files)
    {
        var file = files is { Count: > 0 } ? files[0] : null;
        long? size = file is { IsTransferred: true, Ranges.Count: 0 } ? (long)file.BytesTotal : null;
        return new DownloadFacts(job.DisplayName, job.Priority == JobPriority.Foreground, size, null, file?.ResponseHeaders, file?.ServerAddress, job.Error?.Code);
    }

    /// <summary>The header lines.</summary>
    public string? Headers => Answer?.IndexOf('\n', StringComparison.Ordinal) is { } end and >= 0 ? Answer[(end + 1)..] : null;

    /// <summary>The status of the last answer, be it a refusal.</summary>
    public int? Status => Error?.HttpStatus
        ?? (Answer?.Split(' ', 3) is [_, var status, ..] && int.TryParse(status.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
}
