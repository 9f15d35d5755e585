using System.Text;

namespace Haul.Agent.Commands;

/// <summary>Makes lines for the log of what a command writes: so many and so long at most, without control characters.</summary>
sealed class CommandOutput(CommandLimits limits, Action<string> say)
{
    /// <summary>Bytes of a character that the last ones may have been cut within.</summary>
    const int CutMax = 4;

    readonly StringBuilder _line = new();
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    int _lines;

    /// <summary>Takes what was written next.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (_lines > limits.OutputLinesMax)
            return;
        Span<char> text = new char[bytes.Length + CutMax];
        foreach (var character in text[.._decoder.GetChars(bytes, text, flush: false)])
        {
            if (character == '\n')
                EndLine();
            else if (_line.Length < limits.OutputLineMax)
                _line.Append(char.IsControl(character) ? ' ' : character);
        }
    }

    /// <summary>There comes no more.</summary>
    public void End()
    {
        if (_line.Length > 0)
            EndLine();
    }

    void EndLine()
    {
        if (_lines++ < limits.OutputLinesMax)
            say(_line.ToString().TrimEnd());
        else if (_lines == limits.OutputLinesMax + 1)
            say("(more is left out)");
        _line.Clear();
    }
}
