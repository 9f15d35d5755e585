using System.CommandLine;
using Haul.Cli.Output;

namespace Haul.Cli.Commands;

/// <summary>haul completion: what makes a shell complete commands, options and job ids.</summary>
sealed class CompletionCommand(Terminal terminal)
{
    // Each asks the program itself what may stand at the cursor; where it has nothing to say, the shell completes file names.
    const string Bash = """
        # Completion of haul for bash: source <(haul completion bash)
        _haul() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _haul haul
        """;

    const string Zsh = """
        #compdef haul
        # Completion of haul for zsh: source <(haul completion zsh), after compinit
        _haul() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$((CURSOR))]" "$BUFFER" 2>/dev/null)}")
            found=(${found:#})
            if (( ${#found} )); then compadd -a found; else _files; fi
        }
        compdef _haul haul
        """;

    const string Fish = """
        # Completion of haul for fish: haul completion fish | source
        complete -c haul -a '(set -l line (commandline -cp); haul "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    static readonly Dictionary<string, string> _scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    readonly Argument<string> _shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    public Command Build()
    {
        var command = new Manual("completion", "Print a script that makes a shell complete haul's commands.")
        {
            Synopsis = "bash|zsh|fish",
            Details = ["Prints a script for the shell to read. It completes commands, options and the ids of jobs."],
            Examples =
            [
                ("In ~/.bashrc:", "source <(haul completion bash)"),
                ("In ~/.zshrc, after compinit:", "source <(haul completion zsh)"),
                ("For fish:", "haul completion fish > ~/.config/fish/completions/haul.fish"),
            ],
            Exits = [],
        };
        command.Arguments.Add(_shell);
        command.SetAction(parse => terminal.Out.WriteLine(_scripts[parse.GetRequiredValue(_shell)]));
        return command;
    }
}
