using System.Text;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>What every <see cref="IDisk"/> keeps, whether its files are real or not.</summary>
public abstract class DiskContract
{
    /// <summary>The disk under test.</summary>
    private protected abstract IDisk Disk { get; }

    /// <summary>For whom everything is done.</summary>
    private protected abstract Caller Caller { get; }

    /// <summary>An empty directory in which the caller may write.</summary>
    private protected abstract string Directory { get; }

    /// <summary>Makes a directory in which the caller may write.</summary>
    private protected abstract void MakeDirectory(string path);

    [Fact]
    public void Bytes_can_be_written_in_any_order_and_read_back()
    {
        using var file = Create("a");
        Assert.Null(file.Write(5, "world"u8));
        Assert.Null(file.Write(0, "hello"u8));
        Assert.Equal("helloworld", Text(file, 0, 10));
        Assert.Equal("wor", Text(file, 5, 3));
        Assert.Equal(10, file.Length);
    }

    [Fact]
    public void A_gap_between_writes_reads_as_zeros()
    {
        using var file = Create("a");
        Assert.Null(file.Write(3, "x"u8));
        Assert.Equal("\0\0\0x", Text(file, 0, 4));
    }

    [Fact]
    public void Writes_at_the_same_time_do_not_mix()
    {
        using var file = Create("a");
        Parallel.For(0, 64, at => Assert.Null(file.Write(at * 4096, Enumerable.Repeat((byte)at, 4096).ToArray())));
        var all = new byte[64 * 4096];
        Assert.Null(file.Read(0, all));
        Assert.True(all.Select((value, at) => value == at / 4096).All(same => same));
    }

    [Fact]
    public void Reading_past_the_end_is_a_failure()
    {
        using var file = Create("a");
        Assert.Null(file.Write(0, "abc"u8));
        Fails(HResults.ERROR_HANDLE_EOF, "a", file.Read(1, new byte[3]));
    }

    [Fact]
    public void A_file_is_not_made_where_one_stands()
    {
        using var first = Create("a");
        Assert.Null(first.Write(0, "kept"u8));
        Fails(HResults.ERROR_FILE_EXISTS, "a", Disk.Create(Caller, At("a"), out var second));
        Assert.Null(second);
        Assert.Equal("kept", Text(first, 0, 4));
    }

    [Fact]
    public void A_file_is_not_made_in_a_directory_that_is_missing() =>
        Fails(HResults.ERROR_PATH_NOT_FOUND, "no/a", Disk.Create(Caller, At("no/a"), out _));

    [Fact]
    public void A_file_opened_again_is_the_same()
    {
        FileIdentity identity;
        using (var file = Create("a"))
        {
            identity = file.Identity;
            Assert.Null(file.Write(0, "abc"u8));
            Assert.Null(file.Flush());
        }

        using var again = Open("a", identity);
        Assert.Equal(identity, again.Identity);
        Assert.Equal("abc", Text(again, 0, 3));
        Assert.Null(again.Write(3, "d"u8));
    }

    [Fact]
    public void Two_files_have_two_identities()
    {
        using var first = Create("a");
        using var second = Create("b");
        Assert.NotEqual(first.Identity, second.Identity);
    }

    [Fact]
    public void A_file_that_was_replaced_is_not_opened()
    {
        using var first = Create("a");
        using var second = Create("b");
        Assert.Null(Disk.Place(Caller, At("b"), At("a"), overwrite: true));
        Fails(HResults.ERROR_FILE_INVALID, "a", Disk.Open(Caller, At("a"), first.Identity, out var opened));
        Assert.Null(opened);
    }

    [Fact]
    public void A_file_that_is_gone_is_not_opened()
    {
        Fails(HResults.ERROR_FILE_NOT_FOUND, "a", Disk.Open(Caller, At("a"), default, out _));
        Fails(HResults.ERROR_PATH_NOT_FOUND, "no/a", Disk.Open(Caller, At("no/a"), default, out _));
    }

    [Fact]
    public void Allocating_sets_the_length_and_keeps_the_bytes()
    {
        using var file = Create("a");
        Assert.Null(file.Write(0, "abc"u8));
        Assert.Null(file.Allocate(100_000));
        Assert.Equal(100_000, file.Length);
        Assert.Equal("abc\0", Text(file, 0, 4));
        Assert.Null(file.Allocate(2));
        Assert.Equal(2, file.Length);
        Assert.Equal("ab", Text(file, 0, 2));
        Assert.Null(file.Allocate(0));
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void A_placed_file_has_the_new_name_only_and_stays_itself()
    {
        using var file = Create("a");
        Assert.Null(file.Write(0, "abc"u8));
        Assert.Null(Disk.Place(Caller, At("a"), At("b"), overwrite: false));
        using var placed = Open("b", file.Identity);
        Assert.Equal("abc", Text(placed, 0, 3));
        Fails(HResults.ERROR_FILE_NOT_FOUND, "a", Disk.Open(Caller, At("a"), file.Identity, out _));
    }

    [Fact]
    public void Placing_replaces_nothing_unless_told()
    {
        using var file = Create("a");
        using var other = Create("b");
        Fails(HResults.ERROR_FILE_EXISTS, "b", Disk.Place(Caller, At("a"), At("b"), overwrite: false));
        Open("a", file.Identity).Dispose();
        Open("b", other.Identity).Dispose();

        Assert.Null(Disk.Place(Caller, At("a"), At("b"), overwrite: true));
        Open("b", file.Identity).Dispose();
    }

    [Fact]
    public void A_file_that_is_gone_is_not_placed() =>
        Fails(HResults.ERROR_FILE_NOT_FOUND, "a", Disk.Place(Caller, At("a"), At("b"), overwrite: false));

    [Fact]
    public void A_file_is_not_placed_in_a_directory_that_is_missing()
    {
        using var file = Create("a");
        Fails(HResults.ERROR_PATH_NOT_FOUND, "no/b", Disk.Place(Caller, At("a"), At("no/b"), overwrite: false));
        Open("a", file.Identity).Dispose();
    }

    [Fact]
    public void A_file_is_not_placed_over_a_directory()
    {
        using var file = Create("a");
        MakeDirectory(At("d"));
        Fails(HResults.E_ACCESSDENIED, "d", Disk.Place(Caller, At("a"), At("d"), overwrite: true));
        Open("a", file.Identity).Dispose();
    }

    [Fact]
    public void A_deleted_file_is_gone_and_deleting_it_again_succeeds()
    {
        FileIdentity identity;
        using (var file = Create("a"))
            identity = file.Identity;
        Assert.Null(Disk.Delete(Caller, At("a"), identity));
        Fails(HResults.ERROR_FILE_NOT_FOUND, "a", Disk.Open(Caller, At("a"), identity, out _));
        Assert.Null(Disk.Delete(Caller, At("a"), identity));
        Assert.Null(Disk.Delete(Caller, At("no/a"), identity));
    }

    [Fact]
    public void Deleting_leaves_another_file_alone()
    {
        using var first = Create("a");
        using var second = Create("b");
        Fails(HResults.ERROR_FILE_INVALID, "a", Disk.Delete(Caller, At("a"), second.Identity));
        Open("a", first.Identity).Dispose();
    }

    [Fact]
    public void A_free_name_in_a_writable_directory_is_a_good_target()
    {
        Assert.Null(Disk.CheckTarget(Caller, At("a"), overwrite: false));
        Assert.Null(Disk.CheckTarget(Caller, At("Grüße 😀"), overwrite: false));
        Create("a").Dispose();
    }

    [Fact]
    public void An_existing_file_is_a_target_only_where_it_may_be_replaced()
    {
        Create("a").Dispose();
        Fails(HResults.ERROR_FILE_EXISTS, "a", Disk.CheckTarget(Caller, At("a"), overwrite: false));
        Assert.Null(Disk.CheckTarget(Caller, At("a"), overwrite: true));
    }

    [Fact]
    public void A_directory_is_no_target()
    {
        MakeDirectory(At("d"));
        Fails(HResults.E_ACCESSDENIED, "d", Disk.CheckTarget(Caller, At("d"), overwrite: true));
    }

    [Fact]
    public void A_target_needs_its_directory()
    {
        Fails(HResults.ERROR_PATH_NOT_FOUND, "no/a", Disk.CheckTarget(Caller, At("no/a"), overwrite: false));
        Create("file").Dispose();
        Fails(HResults.ERROR_PATH_NOT_FOUND, "file/a", Disk.CheckTarget(Caller, At("file/a"), overwrite: false));
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData("./a")]
    public void A_target_is_a_full_path(string path) =>
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.CheckTarget(Caller, path, overwrite: false)?.Code);

    [Theory]
    [InlineData('a', '\0')]
    [InlineData('a', '\ud800')]
    [InlineData('\udc00', '\ud800')]
    [InlineData('a', '/')]
    [InlineData('.', '.')]
    [InlineData('/', '.')]
    public void A_name_that_no_file_can_have_is_refused_everywhere(char first, char second)
    {
        var path = $"{Directory}/{first}{second}";
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.CheckTarget(Caller, path, overwrite: false)?.Code);
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.Create(Caller, path, out _)?.Code);
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.Open(Caller, path, default, out _)?.Code);
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.Delete(Caller, path, default)?.Code);
        using var file = Create("from");
        Assert.Equal(HResults.ERROR_INVALID_NAME, Disk.Place(Caller, At("from"), path, overwrite: true)?.Code);
    }

    [Fact]
    public void A_name_of_more_than_255_bytes_is_too_long()
    {
        Assert.Null(Disk.CheckTarget(Caller, At(new string('a', 255)), overwrite: false));
        Fails(HResults.ERROR_FILENAME_EXCED_RANGE, "aaa", Disk.CheckTarget(Caller, At(new string('a', 256)), overwrite: false));
        Fails(HResults.ERROR_FILENAME_EXCED_RANGE, "äää", Disk.CheckTarget(Caller, At(new string('ä', 128)), overwrite: false));
    }

    private protected string At(string name) => Path.Combine(Directory, name);

    private protected IDiskFile Create(string name)
    {
        Assert.Null(Disk.Create(Caller, At(name), out var file));
        return Assert.IsType<IDiskFile>(file, exactMatch: false);
    }

    private protected IDiskFile Open(string name, FileIdentity expected)
    {
        Assert.Null(Disk.Open(Caller, At(name), expected, out var file));
        return Assert.IsType<IDiskFile>(file, exactMatch: false);
    }

    private protected static string Text(IDiskFile file, long offset, int length)
    {
        var bytes = new byte[length];
        Assert.Null(file.Read(offset, bytes));
        return Encoding.UTF8.GetString(bytes);
    }

    private protected void Fails(HResult code, string name, Failure? failure)
    {
        Assert.Equal(code, failure?.Code);
        Assert.Contains(Path.Combine(Directory, name), failure!.Text, StringComparison.Ordinal);
    }
}
