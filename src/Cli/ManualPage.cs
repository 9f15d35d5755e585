using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using Haul.Agent;

namespace Haul.Cli;

/// <summary>Writes the page that --help shows: what a manual page has, for each command.</summary>
sealed class ManualPage : SynchronousCommandLineAction
{
    const int WidthMin = 40;
    const int WidthMax = 100;
    const int WidthUnknown = 80;
    const string Indent = "    ";

    static readonly Dictionary<int, string> _exits = new()
    {
        [ExitCode.Success] = "All is done.",
        [ExitCode.Failed] = "A job failed, or does not exist, for a reason without a number of its own.",
        [ExitCode.Usage] = "The command line makes no sense.",
        [ExitCode.Refused] = "This machine refuses: the file exists, its directory does not, access is denied, another get is at it.",
        [ExitCode.NoAgent] = "The command needs an agent, and none answers.",
        [ExitCode.WrongDigest] = "The bytes do not have the digest or the piece hashes that were given, or those hashes cannot be had.",
        [ExitCode.Disk] = "The disk is full, read-only or broken.",
        [ExitCode.Network] = "The network, or the server's side of the protocol, failed until it was given up.",
        [ExitCode.Server] = "The server answered with an HTTP error, such as 404.",
        [ExitCode.Interrupted] = "Interrupted; what is here is kept.",
        [AgentExit.InUse] = "The agent did not start: another one has the state or the socket.",
        [AgentExit.Failed] = "The agent failed inside.",
        [AgentExit.CannotStart] = "The agent did not start: its state or its socket cannot be made. Of a tracker: it cannot listen, or a file of its is of no use.",
    };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var width = Console.IsOutputRedirected ? WidthUnknown : Math.Clamp(Console.WindowWidth, WidthMin, WidthMax);
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command, width));
        return ExitCode.Success;
    }

    /// <summary>The page of a command, in lines of at most so many columns.</summary>
    public static string Of(Command command, int width)
    {
        var page = new StringBuilder();
        var manual = command as Manual;
        var name = manual is null ? "haul" : $"haul {command.Name}";
        Section(page, "NAME", [$"{name} - {char.ToLowerInvariant(command.Description![0])}{command.Description[1..].TrimEnd('.')}"], width);
        Section(page, "SYNOPSIS", [manual is null ? "haul COMMAND [options]" : $"{name} {manual.Synopsis}".TrimEnd()], width);
        Section(page, "DESCRIPTION", manual?.Details ?? Root, width);
        if (manual is null)
            Table(page, "COMMANDS", command.Subcommands.Where(one => !one.Hidden).Select(one => (one.Name, one.Description!)), width);
        Table(page, "ARGUMENTS", command.Arguments.Select(argument => (argument.Name, argument.Description ?? "")), width);
        Table(page, "OPTIONS", command.Options.Where(option => !option.Hidden).Select(option => (Label(option), option.Description ?? "")), width);
        if (manual is null)
            Table(page, "EXIT STATUS", _exits.OrderBy(exit => exit.Key).Select(exit => ($"{exit.Key}", exit.Value)), width);
        else
            Table(page, "EXIT STATUS", new[] { ExitCode.Success, ExitCode.Usage }.Concat(manual.Exits).Order().Select(code => ($"{code}", _exits[code])), width);
        Table(page, "ENVIRONMENT", Environment(manual), width);
        Table(page, "FILES", Files, width);
        foreach (var (purpose, example) in manual?.Examples ?? RootExamples)
            Example(page, purpose, example, width);
        return page.ToString();
    }

    static readonly string[] Root =
    [
        "Haul fetches files over HTTP and HTTPS: it proves them, survives restarts and broken lines without fetching a byte twice, and puts a file in its place only when it is whole.",
        "haul get fetches files and waits for them. The other commands talk to an agent, which fetches in the background and keeps jobs until they are completed or cancelled. haul COMMAND --help tells about each.",
    ];

    static readonly (string, string)[] RootExamples =
    [
        ("Fetch a file into the current directory, and go on with it after an interruption:", "haul get https://example.org/file.iso"),
        ("Leave it to the agent, and look how it is doing:", "haul add https://example.org/file.iso && haul jobs"),
    ];

    static readonly (string, string)[] Files =
    [
        (".haul-*.tmp", "Beside the target: what is here of a file that is not whole yet. Hidden."),
        ("~/.local/state/haul/get/", "The state of gets that work without an agent, one directory each; removed after success, and after 30 days without use."),
        ("~/.local/state/haul/", "The state of a user's agent."),
        ("~/.config/haul/notifications/, /etc/haul/notifications/", "Commands for notification classes, of a user's agent and of the system's."),
        ("/var/lib/haul/, /run/haul/agent.sock", "State and socket of the system's agent."),
    ];

    static IEnumerable<(string, string)> Environment(Manual? manual)
    {
        if (manual is null || manual.TakesCredentials)
        {
            yield return (Arguments.HttpArguments.PasswordVariable, "The password for --user.");
            yield return (Arguments.HttpArguments.BearerVariable, "The token of --bearer, where that is not given.");
            yield return ("http_proxy, https_proxy, no_proxy", "The proxies, where --proxy is not given.");
        }
        yield return ("HAUL_SOCKET", "The agent's socket. Default: the user's own agent, else the system's.");
        yield return ("XDG_STATE_HOME", "Where state is kept. Default: ~/.local/state.");
        yield return ("XDG_CONFIG_HOME", "Where a user's agent looks for commands. Default: ~/.config.");
        yield return ("NO_COLOR", "No colours, whatever it is set to.");
    }

    static string Label(Option option)
    {
        var names = option.Aliases.Append(option.Name).Where(name => name.StartsWith('-')).OrderBy(name => name.Length);
        return string.Join(", ", names) + (option.HelpName is null ? "" : $" {option.HelpName}");
    }

    static void Section(StringBuilder page, string title, IEnumerable<string> paragraphs, int width)
    {
        page.Append(page.Length == 0 ? "" : "\n").Append(title).Append('\n');
        var isFirst = true;
        foreach (var paragraph in paragraphs)
        {
            page.Append(isFirst ? "" : "\n");
            Wrap(page, paragraph, Indent, width);
            isFirst = false;
        }
    }

    static void Table(StringBuilder page, string title, IEnumerable<(string Name, string Text)> rows, int width)
    {
        var isFirst = true;
        foreach (var (name, text) in rows)
        {
            page.Append(isFirst ? $"\n{title}\n" : "");
            page.Append(Indent).Append(name).Append('\n');
            Wrap(page, text, Indent + Indent, width);
            isFirst = false;
        }
    }

    static void Example(StringBuilder page, string purpose, string example, int width)
    {
        if (!page.ToString().Contains("\nEXAMPLES\n", StringComparison.Ordinal))
            page.Append("\nEXAMPLES\n");
        Wrap(page, purpose, Indent, width);
        page.Append(Indent).Append(Indent).Append(example).Append('\n');
    }

    static void Wrap(StringBuilder page, string text, string indent, int width)
    {
        var column = 0;
        foreach (var word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                page.Append('\n');
                column = 0;
            }
            page.Append(column == 0 ? indent : " ").Append(word);
            column += word.Length + (column == 0 ? indent.Length : 1);
        }
        page.Append('\n');
    }
}
