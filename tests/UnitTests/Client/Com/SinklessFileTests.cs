using System.Runtime.InteropServices.Marshalling;
using Haul.Client.Com;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Client.Com;

/// <summary>A file without a target is complete when it has one, and is not brought when it could not be proved as it must.</summary>
public sealed class SinklessFileTests
{
    readonly SinklessFile _file = new("id", "http://x/", []);

    [Fact]
    public void It_needs_a_path_and_a_URL()
    {
        Assert.Equal(DO_E_LOCALPATH_NOT_SET, _file.Ready().Code);
        Set(DOFilePropertyId.DownloadSinkFilePath, "/a/b");
        _file.RemoteName = null;
        Assert.Equal(DO_E_DOWNLOAD_NO_URI, _file.Ready().Code);
        _file.RemoteName = "http://y/";

        var ready = _file.Ready().Value!;

        Assert.Equal(("id", "http://y/", "/a/b", ByteRange.UnknownSize), (ready.FileId, ready.RemoteName, ready.LocalName, ready.FileSize));
    }

    [Fact]
    public void A_size_goes_with_it_and_is_its_progress()
    {
        Assert.Equal(ByteRange.UnknownSize, _file.BytesTotal);
        Assert.Equal(S_OK, _file.Set(DOFilePropertyId.TotalSizeBytes, Variants.OfSize(5)));

        Assert.Equal(5ul, _file.BytesTotal);
        Assert.Equal(7ul, new SinklessFile("r", null, [new ByteRange(0, 3), new ByteRange(9, 4)]).BytesTotal);
        Assert.Equal(ByteRange.UnknownSize, new SinklessFile("r", null, [new ByteRange(0, ByteRange.ToEndOfFile)]).BytesTotal);
    }

    [Fact]
    public void A_check_that_is_demanded_is_not_left_out()
    {
        Set(DOFilePropertyId.DownloadSinkFilePath, "/a/b");
        Assert.Equal(S_OK, _file.Set(DOFilePropertyId.IntegrityCheckMandatory, Variants.OfFlag(true)));
        Assert.Equal(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, _file.Ready().Code);
        Set(DOFilePropertyId.IntegrityCheckInfo, """{"PiecesHashFileUrl":"https://x/h","PiecesHashFileDigest":"","PiecesHashFileDigestAlgorithm":"","HashOfHashes":""}""");

        Assert.True(_file.Ready().Value!.Integrity is { IsMandatory: true, PiecesHashFileUrl: "https://x/h" });
    }

    [Fact]
    public void One_with_a_key_is_not_brought_until_the_key_is_taken_away()
    {
        Set(DOFilePropertyId.DownloadSinkFilePath, "/a/b");
        Set(DOFilePropertyId.DecryptionInfo, "{}");
        Assert.Equal(DO_E_FILE_ENCRYPTION_EXPECTED, _file.Ready().Code);
        Set(DOFilePropertyId.DecryptionInfo, "");

        Assert.True(_file.Ready().Succeeded);
    }

    [Theory]
    [InlineData(DOFilePropertyId.DownloadSinkFilePath, "relative", 0x80070057)]
    [InlineData(DOFilePropertyId.DownloadSinkFilePath, "", 0x80070057)]
    [InlineData(DOFilePropertyId.IntegrityCheckInfo, "[1]", 0x80070057)]
    [InlineData(DOFilePropertyId.IntegrityCheckInfo, "{", 0x80070057)]
    [InlineData(DOFilePropertyId.IntegrityCheckInfo, "{}", 0x80070057)]
    [InlineData(DOFilePropertyId.TotalSizeBytes, "5", 0x80070057)]
    [InlineData(DOFilePropertyId.IntegrityCheckMandatory, "x", 0x80070057)]
    [InlineData(DOFilePropertyId.DownloadSinkInterface, "x", 0x80070057)]
    [InlineData(DOFilePropertyId.DownloadSinkMemoryStream, "x", 0x80D0200B)]
    [InlineData((DOFilePropertyId)7, "x", 0x80D02011)]
    public void What_cannot_be_set_is_refused(DOFilePropertyId property, string text, uint code)
    {
        var value = Variants.OfText(text);

        Assert.Equal(new HResult((int)code), _file.Set(property, value));
        Variants.Clear(ref value);
    }

    void Set(DOFilePropertyId property, string text)
    {
        var value = Variants.OfText(text);
        Assert.Equal(S_OK, _file.Set(property, value));
        Variants.Clear(ref value);
        Assert.Equal(default, Variants.Text(new ComVariant()));
    }
}
