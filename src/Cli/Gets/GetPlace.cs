using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli.Gets;

/// <summary>Where a get does its work: with the agent, or in this process with a state directory of its own.</summary>
sealed class GetPlace : IAsyncDisposable
{
    readonly string? _directory;

    GetPlace(HaulClient client, string? directory) => (Client, _directory) = (client, directory);

    public HaulClient Client { get; }

    public bool IsInProcess => _directory is not null;

    /// <summary>Finds the place. State that an earlier get left wins over an agent, so that nothing is fetched twice.</summary>
    public static async Task<Outcome<GetPlace>> OpenAsync(GetRequest request, TimeSpan? progressInterval, TimeProvider time, CancellationToken cancel)
    {
        var directory = GetHome.DirectoryOf(request.Key);
        if (!Directory.Exists(directory))
        {
            if (GetTargets.Check(request) is { } refused)
                return refused;
            if (request.MayUseAgent && await ConnectAsync(cancel) is { } agent)
                return new GetPlace(agent, null);
        }
        try
        {
            using var entered = await GetHome.EnterAsync(time, cancel);
            return OpenState(request, directory, progressInterval, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GetHome.Unusable(e);
        }
    }

    static async Task<HaulClient?> ConnectAsync(CancellationToken cancel)
    {
        try
        {
            return await HaulClient.ConnectAsync(cancel: cancel);
        }
        catch (HaulException)
        {
            return null;
        }
    }

    static Outcome<GetPlace> OpenState(GetRequest request, string directory, TimeSpan? progressInterval, TimeProvider time)
    {
        var isNew = !Directory.Exists(directory);
        GetHome.Make(directory);
        try
        {
            var client = HaulClient.InProcess(directory, progressInterval);
            var began = GetHome.Read(directory)?.Started ?? time.GetUtcNow();
            GetHome.Write(directory, new GetRecord(began, Environment.CurrentDirectory, request.Command, [.. request.Files.Select(file => file.LocalName)]));
            return new GetPlace(client, directory);
        }
        catch (HaulException e)
        {
            if (isNew)
                Directory.Delete(directory, recursive: true);
            return e.Code == ERROR_SHARING_VIOLATION
                ? new Failure(e.Code, $"{request.Files[0].LocalName} is being fetched already, by another haul get; wait for it, or interrupt it first")
                : e.Failure;
        }
    }

    /// <summary>Nothing is left to do here: stops, and takes the state away.</summary>
    public async Task RemoveAsync(TimeProvider time)
    {
        if (_directory is null)
        {
            await Client.DisposeAsync();
            return;
        }
        // Nobody may open the state between its release and its end.
        using var entered = await GetHome.EnterAsync(time, CancellationToken.None);
        await Client.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
