using System.Text;
using Haul.Agent.Commands;

namespace Haul.UnitTests.Agent.Commands;

/// <summary>What of a command's output becomes lines of the log.</summary>
public sealed class CommandOutputTests
{
    readonly List<string> _said = [];

    [Fact]
    public void Lines_come_as_they_were_written_however_they_were_cut()
    {
        var output = Output();
        foreach (var one in Encoding.UTF8.GetBytes("first ☃\n\nlast"))
            output.Take([one]);
        output.End();

        Assert.Equal(["first ☃", "", "last"], _said);
    }

    [Fact]
    public void Control_characters_and_bytes_that_are_no_text_are_replaced()
    {
        var output = Output();
        output.Take([(byte)'a', 0x1B, (byte)'[', 0xFF, (byte)'b', (byte)'\r', (byte)'\n']);
        output.End();

        Assert.Equal(["a [�b"], _said);
    }

    [Fact]
    public void Lines_and_their_number_are_bounded()
    {
        var output = Output();
        output.Take(Encoding.UTF8.GetBytes(new string('x', 100_000)));
        for (var i = 0; i < 100_000; i++)
            output.Take("\ny"u8);
        output.End();

        Assert.Equal([new string('x', 10), "y", "y", "(more is left out)"], _said);
    }

    CommandOutput Output() => new(new CommandLimits { OutputLinesMax = 3, OutputLineMax = 10 }, _said.Add);
}
