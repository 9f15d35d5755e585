namespace Haul.SystemTests.Origins.Faults;

/// <summary>Bytes that belong to no file, easy to tell in a hex dump.</summary>
static class Filler
{
    public static AnswerBody Of(long length) => new(length, (_, into) => into.Fill((byte)'#'));
}
