using System.CommandLine;
using Haul.Cli.Output;
using Haul.Cli.Publishing;
using Haul.Engine.Pieces;

namespace Haul.Cli.Commands;

/// <summary>haul key: the key pair of a publisher.</summary>
sealed class KeyCommand(Terminal terminal)
{
    const string Create = "create";
    const string Show = "show";

    readonly Argument<string> _verb = new Argument<string>("VERB") { Description = "create or show." }.AcceptOnlyFromAmong(Create, Show);
    readonly Argument<string?> _file = new("FILE") { Description = "The file of the key pair. Default: publisher.key in the directory haul of your settings.", Arity = ArgumentArity.ZeroOrOne };

    public Command Build()
    {
        var command = new Manual("key", "Make or show a publisher's key.")
        {
            Synopsis = "create|show [FILE]",
            Details =
            [
                "create makes a key pair in FILE, for you alone, and prints its public key. show prints the public key of FILE.",
                "haul publish signs with the pair. Give the public key to those who fetch, on a way that they trust: with haul get --publisher they take no file that you did not sign. Whoever has FILE signs as you, and a lost FILE cannot be had again.",
            ],
            Examples = [("A key, once:", "haul key create"), ("What others are to be given:", "haul key show")],
            Exits = [ExitCode.Failed, ExitCode.Refused],
        };
        command.Arguments.Add(_verb);
        command.Arguments.Add(_file);
        command.SetAction(Run);
        return command;
    }

    int Run(ParseResult parse)
    {
        var path = parse.GetValue(_file) ?? KeyFile.Default;
        var opened = parse.GetValue(_verb) == Create ? KeyFile.Create(path) : KeyFile.Read(path);
        if (!opened.Succeeded)
            return terminal.Fail(opened.Failure);
        using var pair = opened.Value;
        terminal.Line(PublisherKey.Of(pair).Text);
        return ExitCode.Success;
    }
}
