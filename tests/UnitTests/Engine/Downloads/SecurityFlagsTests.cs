using Haul.Engine.Downloads;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>The security flags of a download are WinHTTP's.</summary>
public sealed class SecurityFlagsTests
{
    [Theory]
    [InlineData(0, CertificateFaults.None, false)]
    [InlineData(0x100, CertificateFaults.UnknownAuthority, false)]
    [InlineData(0x3300, CertificateFaults.UnknownAuthority | CertificateFaults.WrongUsage | CertificateFaults.WrongName | CertificateFaults.WrongDate, false)]
    [InlineData(1, CertificateFaults.None, true)]
    [InlineData(0x3301, CertificateFaults.None, true)]
    public void Faults_are_passed_over_unless_revocation_is_asked_for(ulong flags, CertificateFaults ignored, bool checksRevocation)
    {
        Assert.True(SecurityFlags.AreKnown(flags));
        Assert.Equal((ignored, checksRevocation), (SecurityFlags.IgnoredOf(flags), SecurityFlags.ChecksRevocation(flags)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x10000)]
    [InlineData(ulong.MaxValue)]
    public void Other_bits_mean_nothing(ulong flags) => Assert.False(SecurityFlags.AreKnown(flags));
}
