using System.Text;
using Haul.Engine.Peers;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>The file of a group, and that nobody else may read it.</summary>
public sealed class GroupFileTests : IDisposable
{
    const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    readonly TempDirectory _directory = new();

    string At => GroupFile.PathIn(_directory.File("state"));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("Tls")]
    [InlineData("Plain")]
    public void What_was_written_is_read(string transport)
    {
        var group = PeerExamples.Group(transport: Enum.Parse<GroupTransport>(transport));

        Assert.Null(GroupFile.Create(At, group));
        var read = GroupFile.Read(At);

        Assert.Equal((group.Name, group.GroupId, group.Transport), (read.Value?.Name, read.Value?.GroupId, read.Value?.Transport));
        Assert.Equal([At], Directory.GetFiles(Path.GetDirectoryName(At)!));
    }

    [Fact]
    public void A_file_is_never_written_over()
    {
        GroupFile.Create(At, PeerExamples.Group());

        Assert.Equal(ERROR_FILE_EXISTS, GroupFile.Create(At, PeerExamples.Group(first: 9))?.Code);
        Assert.Equal(PeerExamples.Group().GroupId, GroupFile.Read(At).Value?.GroupId);
        Assert.Equal([At], Directory.GetFiles(Path.GetDirectoryName(At)!));
    }

    [Fact]
    public void No_file_is_not_set() => Assert.Equal(E_NOT_SET, GroupFile.Read(At).Code);

    [Fact]
    public void A_file_and_its_directory_are_for_their_owner_alone()
    {
        GroupFile.Create(At, PeerExamples.Group());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(At));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(Path.GetDirectoryName(At)!));
        foreach (var more in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.GroupWrite, UnixFileMode.OtherWrite })
        {
            Expose(more);
            var refused = GroupFile.Read(At).Failure;
            Assert.Equal(E_ACCESSDENIED, refused?.Code);
            Assert.Contains(At, refused?.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\",\"key\":\"" + Key + "\"}")]
    [InlineData("{\"name\":\"a\",\"key\":\"" + Key + "\",\"transport\":\"udp\"}")]
    [InlineData("{\"name\":\"a b\",\"key\":\"" + Key + "\",\"transport\":\"tls\"}")]
    [InlineData("{\"key\":\"" + Key + "\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":\"a\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":\"a\",\"key\":\"AAEC\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":\"a\",\"key\":\"" + Key + "AA\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":\"a\",\"key\":\"?" + Key + "\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\",\"key\":\"" + Key + "\",\"transport\":\"tls\"}")]
    [InlineData("{\"name\":7,\"key\":\"" + Key + "\",\"transport\":\"tls\"}")]
    public void What_is_no_group_is_refused(string json)
    {
        var refused = GroupFile.Parse(Encoding.UTF8.GetBytes(json), "here").Failure;

        Assert.Equal(ERROR_INVALID_DATA, refused?.Code);
        Assert.StartsWith("here holds no group: ", refused?.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("AAEC", refused?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        GroupFile.Create(At, PeerExamples.Group());
        File.AppendAllText(At, new string(' ', GroupFile.SizeMax));

        Assert.Equal(ERROR_INVALID_DATA, GroupFile.Read(At).Code);
    }

    static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    void Expose(UnixFileMode more)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(At, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
    }
}
