using Haul.Cli;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Cli;

/// <summary>Each kind of failure has its number.</summary>
public sealed class ExitCodeTests
{
    public static TheoryData<string, int> Numbers => new()
    {
        { nameof(HResults.S_OK), 0 },
        { nameof(HResults.BG_S_PARTIAL_COMPLETE), 0 },
        { nameof(HResults.DO_E_JOB_NOT_FOUND), 1 },
        { nameof(HResults.E_INVALIDARG), 2 },
        { nameof(HResults.ERROR_FILE_EXISTS), 3 },
        { nameof(HResults.E_ACCESSDENIED), 3 },
        { nameof(HResults.DO_E_NO_SERVICE), 4 },
        { nameof(HResults.BG_E_VALIDATION_FAILED), 5 },
        { nameof(HResults.DO_E_BAD_PIECE_HASH), 5 },
        { nameof(HResults.DO_E_INTEGRITYCHECKINFO_UNAVAILABLE), 5 },
        { nameof(HResults.ERROR_DISK_FULL), 6 },
        { nameof(HResults.WININET_E_CANNOT_CONNECT), 7 },
        { nameof(HResults.WININET_E_SEC_CERT_DATE_INVALID), 7 },
        { nameof(HResults.DO_E_DOWNLOAD_NO_PROGRESS), 7 },
        { nameof(HResults.DO_E_BLOCKED_BY_NO_NETWORK), 7 },
        { nameof(HResults.HTTP_E_STATUS_NOT_FOUND), 8 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_code_has_the_number_that_the_manual_gives(string name, int number) => Assert.Equal(number, ExitCode.Of(HResults.FromName(name)!.Value));
}
