using System.CommandLine;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Client;
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
        var gets = await GetListing.AllAsync(time, cancel);
        HaulClient? agent = null;
        var exit = ExitCode.Success;
        foreach (var id in ids)
        {
            // One that cannot be found or ended does not keep the others from it.
            var failed = gets.Where(get => JobIds.Matches(id, get.Id)).ToList() switch
            {
                [var get] => await DiscardAsync(get, cancel),
                [] => await StateCommand.ActAsync(terminal, agent ??= await HaulClient.ConnectAsync(cancel: cancel), id, "cancelled", job => job.CancelAsync(CancellationToken.None)),
                var many => terminal.Fail(new Failure(HResults.E_INVALIDARG, $"{many.Count} gets have ids that begin with '{id}': write more of it")),
            };
            exit = exit == ExitCode.Success ? failed : exit;
        }
        if (agent is not null)
            await agent.DisposeAsync();
        return exit;
    }

    async Task<int> DiscardAsync(GetListing get, CancellationToken cancel)
    {
        if (await get.DiscardAsync(time, cancel) is { } failure)
            return terminal.Fail(failure);
        terminal.Line($"{get.Id[..JobIds.ShownLength]} cancelled");
        return ExitCode.Success;
    }
}
