using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>The codes that a refusal of the kernel becomes.</summary>
public sealed class PosixErrorsTests
{
    [Theory]
    [InlineData(13, 0x80070005)]
    [InlineData(1, 0x80070005)]
    [InlineData(2, 0x80070002)]
    [InlineData(20, 0x80070003)]
    [InlineData(17, 0x80070050)]
    [InlineData(28, 0x80070070)]
    [InlineData(122, 0x8007050F)]
    [InlineData(30, 0x80070013)]
    [InlineData(5, 0x8007001D)]
    [InlineData(24, 0x80070004)]
    [InlineData(23, 0x80070004)]
    [InlineData(36, 0x800700CE)]
    [InlineData(21, 0x80070005)]
    [InlineData(40, 0x80070005)]
    [InlineData(18, 0x80070011)]
    [InlineData(22, 0x8007007B)]
    [InlineData(9999, 0x8007045D)]
    public void A_number_has_its_code(int number, uint code) =>
        Assert.Equal(new HResult(unchecked((int)code)), PosixErrors.CodeOf((Errno)number));

    [Fact]
    public void Every_refusal_reads_as_a_line_with_path_cause_and_remedy()
    {
        var writing = DiskOperation.Writing("/nowhere/file", new Caller(1000, 1000, "alice", IsAdministrator: false));
        foreach (var error in Enum.GetValues<Errno>().Where(error => error != Errno.None).Append((Errno)9999))
            Assert.Matches(@"^\w+( \d+)? writing /nowhere/file: [^;]+; [^;]+$", writing.Refused(error).Text);
    }
}
