using Haul.Protocol.Api;

namespace Haul.Client;

/// <summary>One file on its way, for <see cref="HaulClient.DownloadAsync"/>.</summary>
sealed class Download(HaulClient client, string url, string path, DownloadOptions options)
{
    public Task<FileSnapshot> RunAsync(IProgress<JobSnapshot>? progress, CancellationToken cancel) =>
        throw new NotSupportedException($"{client}{url}{path}{options}{progress}{cancel}");
}
