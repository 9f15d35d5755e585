using System.Reflection;
using Haul.Agent.Commands;
using Haul.Cli;

// The one question that scripts ask often is answered before anything is built.
if (args is ["--version"])
{
    Console.Out.WriteLine(ProgramVersion.Text);
    return ExitCode.Success;
}
// So is what an agent starts for each command.
if (args is [RunAs.Verb, .. var words])
    return RunAs.Main(words);
return await CommandLine.RunAsync(args);

/// <summary>The version that this program was built as.</summary>
static class ProgramVersion
{
    public static string Text => typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
