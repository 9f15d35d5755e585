using System.Text;
using Haul.Agent.Commands;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Agent.Commands;

/// <summary>What a registration may say, and what is said of one that may not be.</summary>
public sealed class CommandRegistrationTests
{
    const string File = "/etc/haul/notifications/x.json";

    [Theory]
    [InlineData("""{"command": ["/usr/bin/prog"]}""", "/usr/bin/prog")]
    [InlineData("""{"command": ["/usr/bin/prog", "an argument", "", "$HOME;\n"]}""", "/usr/bin/prog|an argument||$HOME;\n")]
    public void The_words_are_taken_as_they_are(string json, string words)
    {
        var found = Parse(json);

        Assert.Equal(words.Split('|'), found.Value!.Words);
        Assert.Equal("/usr/bin/prog", found.Value.Program);
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("{", "is no JSON")]
    [InlineData("""{"command": ["/a"]} more""", "is no JSON")]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{}", "names no command")]
    [InlineData("""{"command": "/usr/bin/prog"}""", "names no command")]
    [InlineData("""{"command": null}""", "names no command")]
    [InlineData("""{"command": ["/a"], "user": "root"}""", "has a member 'user'")]
    [InlineData("""{"Command": ["/a"]}""", "has a member 'Command'")]
    [InlineData("""{"command": ["/a"], "command": ["/b"]}""", "names its command twice")]
    [InlineData("""{"command": []}""", "has a command of 0 words")]
    [InlineData("""{"command": ["/a", 1]}""", "something else than texts")]
    [InlineData("""{"command": ["/a", null]}""", "something else than texts")]
    [InlineData("""{"command": ["/a", "b\u0000c"]}""", "something else than texts")]
    [InlineData("""{"command": ["prog"]}""", "the program 'prog' and not its full path")]
    [InlineData("""{"command": [""]}""", "the program '' and not its full path")]
    public void Anything_else_is_refused_with_the_file_the_cause_and_what_to_write(string json, string why)
    {
        var refused = Parse(json);

        Assert.Equal(HResults.E_INVALIDARG, refused.Code);
        Assert.StartsWith($"{File} ", refused.Failure!.Text, StringComparison.Ordinal);
        Assert.Contains(why, refused.Failure.Text, StringComparison.Ordinal);
        Assert.EndsWith("""write {"command": ["/full/path/of/program", "argument"]}""", refused.Failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_words_is_bounded()
    {
        Assert.True(Parse(Of(CommandRegistration.WordsMax)).Succeeded);
        Assert.Contains($"{CommandRegistration.WordsMax + 1} words", Parse(Of(CommandRegistration.WordsMax + 1)).Failure!.Text, StringComparison.Ordinal);

        static string Of(int words) => $$"""{"command": [{{string.Join(',', Enumerable.Repeat("\"/a\"", words))}}]}""";
    }

    static Outcome<CommandRegistration> Parse(string json) => CommandRegistration.Parse(File, Encoding.UTF8.GetBytes(json));
}
