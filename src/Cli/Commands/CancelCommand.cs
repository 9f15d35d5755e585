using System.CommandLine;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul cancel: end jobs of the agent, and discard what interrupted gets left.</summary>
sealed class CancelCommand(Terminal terminal, TimeProvider time)
{
    public Command Build()
    {
        var command = new Manual("cancel", "End jobs and delete what was fetched for them.")
        {
            Synopsis = "ID...",
            Details =
            [
                "Ends the jobs and deletes their temporary files. Files that were put in their places before stay there.",
                "Takes the ids of interrupted gets, too, as haul jobs shows them: what is here of them is deleted.",
            ],
            Examples = [("Cancel two jobs:", "haul cancel 1f3a 77")],
        };
        var ids = JobIds.Many();
        command.Arguments.Add(ids);
        command.SetAction((parse, cancel) => RunAsync(parse.GetRequiredValue(ids), cancel));
        return command;
    }

    async Task<int> RunAsync(string[] ids, CancellationToken cancel)
    {
        var gets = await GetsAsync(cancel);
        HaulClient? agent = null;
        IReadOnlyList<JobSnapshot> jobs = [];
        Failure? lost = null;
        try
        {
            agent = await HaulClient.ConnectAsync(cancel: cancel);
            jobs = await agent.ListJobsAsync(cancel: cancel);
        }
        catch (HaulException e) when (gets.Count > 0)
        {
            // Of no matter to what gets left.
            lost = e.Failure;
        }
        await using (agent)
        {
            var exit = ExitCode.Success;
            foreach (var id in ids)
            {
                // One that cannot be found or ended does not keep the others from it.
                var failed = await CancelAsync(id, lost is null ? agent : null, lost, jobs, gets, cancel);
                exit = exit == ExitCode.Success ? failed : exit;
            }
            return exit;
        }
    }

    /// <summary>Ends what an id means: one job or one get, and nothing where it could be either of two.</summary>
    async Task<int> CancelAsync(string id, HaulClient? agent, Failure? lost, IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<GetListing> gets, CancellationToken cancel)
    {
        var found = gets.Where(get => JobIds.Matches(id, get.Id)).ToList();
        // Among jobs alone, the agent says itself that there are several.
        if (found.Count > 0 && found.Count + jobs.Count(job => JobIds.Matches(id, job.Id.ToString("N"))) > 1)
            return terminal.Fail(new Failure(HResults.E_INVALIDARG, $"More than one get or job has an id that begins with '{id}': write more of it"));
        if (found is [var get])
            return await DiscardAsync(get, cancel);
        return agent is null ? terminal.Fail(lost!) : await StateCommand.ActAsync(terminal, agent, id, "cancelled", job => job.CancelAsync(CancellationToken.None));
    }

    async Task<IReadOnlyList<GetListing>> GetsAsync(CancellationToken cancel)
    {
        try
        {
            return await GetListing.AllAsync(time, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Note(GetHome.Unusable(e).Text);
            return [];
        }
    }

    async Task<int> DiscardAsync(GetListing get, CancellationToken cancel)
    {
        if (await get.DiscardAsync(time, cancel) is { } failure)
            return terminal.Fail(failure);
        terminal.Line($"{get.Id[..JobIds.ShownLength]} cancelled");
        return ExitCode.Success;
    }
}
