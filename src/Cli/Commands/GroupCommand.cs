using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Text;
using Haul.Cli.Output;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli.Commands;

/// <summary>haul group: the key that lets agents share contents with each other.</summary>
sealed class GroupCommand(Terminal terminal)
{
    const string Create = "create";
    const string Join = "join";
    const string Show = "show";
    const string Leave = "leave";

    readonly Argument<string> _verb = new Argument<string>("VERB") { Description = "create, join, show or leave." }.AcceptOnlyFromAmong(Create, Join, Show, Leave);
    readonly Argument<string?> _subject = new("NAME|FILE") { Description = "The name of a new group, or the file of one to join; - is standard input.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> _plain = new("--plain") { Description = "With create: the agents speak without TLS. What they fetch can be read on the way, but not changed." };
    readonly Option<string?> _out = new("--out") { HelpName = "FILE", Description = "With create: write FILE to be joined elsewhere, and do not join." };
    readonly Option<bool> _secret = new("--secret") { Description = "With show: write the file with the key, for others to join." };
    readonly Option<bool> _tracker = new("--tracker") { Description = "With show: write the group's line for the list of a tracker (haul tracker --groups): its id, the SHA-256 of its token, its name." };
    readonly Option<bool> _system = new("--system") { Description = "The group of the agent that serves all users." };
    readonly Option<string?> _state = new("--state") { HelpName = "DIR", Description = "The group of the agent that has its state in DIR. Default: ~/.local/state/haul, and /var/lib/haul with --system." };

    public Command Build()
    {
        var command = new Manual("group", "Make, join, show or leave the group of the agent.")
        {
            Synopsis = "create NAME [--plain] [--out FILE] | join FILE | show [--secret|--tracker] | leave",
            Details =
            [
                "Agents that have one group key find each other's contents and fetch from each other. create makes a key; join takes the one of a FILE that create --out or show --secret wrote. The key lies in group.json in the agent's state directory, for its user alone; an agent reads it when it starts.",
                "show writes the group's name, its id, which is no secret, and tls or plain. Whoever has the key is a member: who is to be shut out has to be left behind with the old key, while all others join a new group.",
            ],
            Examples =
            [
                ("A group, with a file for the other machines:", "haul group create office --out office.json"),
                ("Join it:", "haul group join office.json"),
                ("Take another machine in:", "haul group show --secret | ssh other haul group join -"),
            ],
            Exits = [ExitCode.Failed, ExitCode.Refused],
        };
        command.Arguments.Add(_verb);
        command.Arguments.Add(_subject);
        foreach (var option in new Option[] { _plain, _out, _secret, _tracker, _system, _state })
            command.Options.Add(option);
        command.Validators.Add(Check);
        command.SetAction(Run);
        return command;
    }

    void Check(CommandResult result)
    {
        // What stands in the verb's place may be none: then that is the error.
        if (result.GetResult(_verb) is not { Tokens: [{ Value: var verb }] })
            return;
        var subject = result.GetResult(_subject) is { Tokens: [{ Value: var given }] } ? given : null;
        if (verb is Create or Join && subject is null)
            result.AddError(verb == Create ? "create needs the NAME of the group" : "join needs the FILE of the group, or - for standard input");
        else if (verb is Show or Leave && subject is not null)
            result.AddError($"{verb} takes no name: an agent is in one group at most");
        else if (verb == Create && GroupKey.NameFault(subject!) is { } fault)
            result.AddError($"'{subject}' is not a name: {fault}");
        Refuse(result, verb, Create, _plain, _out);
        Refuse(result, verb, Show, _secret, _tracker);
        if (IsGiven(result, _secret) && IsGiven(result, _tracker))
            result.AddError("--secret and --tracker write different things: give one of them");
    }

    static void Refuse(CommandResult result, string verb, string ofUseWith, params Option[] options)
    {
        foreach (var option in options.Where(option => verb != ofUseWith && IsGiven(result, option)))
            result.AddError($"{option.Name} is of use only with {ofUseWith}");
    }

    static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    int Run(ParseResult parse)
    {
        var directory = Path.GetFullPath(parse.GetValue(_state) ?? AgentPaths.StateOf(parse.GetValue(_system)));
        var path = GroupFile.PathIn(directory);
        return parse.GetValue(_verb) switch
        {
            Create when parse.GetValue(_out) is { } file => Write(file, parse.GetValue(_subject)!, parse.GetValue(_plain) ? GroupTransport.Plain : GroupTransport.Tls),
            Create => Make(path, parse.GetValue(_subject)!, parse.GetValue(_plain) ? GroupTransport.Plain : GroupTransport.Tls),
            Join => Take(parse.GetValue(_subject)!, path),
            Show => Tell(path, parse.GetValue(_secret), parse.GetValue(_tracker)),
            _ => Remove(path),
        };
    }

    int Write(string file, string name, GroupTransport transport)
    {
        var group = GroupKey.Make(name, transport);
        return GroupFile.Create(file, group) is { } failure
            ? terminal.Fail(failure.Code == ERROR_FILE_EXISTS ? new Failure(failure.Code, $"{file} exists, and is not replaced: name another file") : failure)
            : Say(group);
    }

    int Make(string path, string name, GroupTransport transport) => Keep(path, GroupKey.Make(name, transport));

    int Take(string from, string path)
    {
        var group = from == "-" ? ReadInput() : GroupFile.Read(from);
        return group.Succeeded ? Keep(path, group.Value) : terminal.Fail(group.Failure);
    }

    int Keep(string path, GroupKey group)
    {
        if (GroupFile.Create(path, group) is not { } failure)
        {
            terminal.Note("an agent that runs takes part once it is started again");
            return Say(group);
        }
        return terminal.Fail(failure.Code == ERROR_FILE_EXISTS
            ? new Failure(failure.Code, $"{path} holds a group already, and is not replaced: an agent is in one group at most; haul group leave takes it out of that one")
            : failure);
    }

    int Tell(string path, bool withSecret, bool forTracker)
    {
        var read = GroupFile.Read(path);
        if (!read.Succeeded)
            return terminal.Fail(read.Failure.Code == E_NOT_SET ? NoGroup(path) : read.Failure);
        if (!withSecret && !forTracker)
            return Say(read.Value);
        terminal.Out.WriteLine(withSecret ? Encoding.UTF8.GetString(GroupFile.Write(read.Value)) : TrackerLine(read.Value));
        return ExitCode.Success;
    }

    // The tracker needs to know a token when it sees it, and need not have it.
    static string TrackerLine(GroupKey group) =>
        $"{group.GroupId}  {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(group.TrackerToken)))}  {group.Name}";

    int Remove(string path)
    {
        try
        {
            if (!File.Exists(path))
                return terminal.Fail(NoGroup(path));
            File.Delete(path);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(new Failure(E_ACCESSDENIED, $"{path} cannot be removed: {e.Message}"));
        }
    }

    int Say(GroupKey group)
    {
        terminal.Line($"{group.Name}  {group.GroupId}  {(group.Transport == GroupTransport.Plain ? "plain" : "tls")}");
        return ExitCode.Success;
    }

    static Outcome<GroupKey> ReadInput()
    {
        // One character of room more, so that a longer one shows.
        var text = new char[GroupFile.SizeMax + 1];
        var count = Console.In.ReadBlock(text, 0, text.Length);
        return GroupFile.Parse(Encoding.UTF8.GetBytes(text, 0, count), "standard input");
    }

    static Failure NoGroup(string path) => new(E_NOT_SET, $"The agent is in no group: there is no {path}; make one with haul group create, or take one from a member with haul group join");
}
