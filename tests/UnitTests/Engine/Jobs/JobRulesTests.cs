using Haul.Engine.Jobs;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What may stand in a job, at each limit and beyond it.</summary>
public sealed class JobRulesTests
{
    const ulong ToEnd = ByteRange.ToEndOfFile;

    static readonly Policy _policy = new();
    static readonly AddFile _file = new() { RemoteName = "http://origin.test/a", LocalName = Path.GetFullPath("/files/a") };

    [Fact]
    public void A_display_name_has_1_to_256_characters()
    {
        Assert.Equal(E_INVALIDARG, JobRules.DisplayName(null)?.Code);
        Assert.Equal(E_INVALIDARG, JobRules.DisplayName("")?.Code);
        Assert.Null(JobRules.DisplayName("x"));
        Assert.Null(JobRules.DisplayName(new string('x', 256)));
        Assert.Equal(E_INVALIDARG, JobRules.DisplayName(new string('x', 257))?.Code);
    }

    [Fact]
    public void A_change_is_held_to_the_same_name_rule() =>
        Assert.Equal(E_INVALIDARG, JobRules.Change(new JobChange { DisplayName = "" })?.Code);

    [Fact]
    public void A_description_has_at_most_1024_characters()
    {
        Assert.Null(JobRules.Change(new JobChange { Description = "" }));
        Assert.Null(JobRules.Change(new JobChange { Description = new string('x', 1024) }));
        Assert.Equal(BG_E_STRING_TOO_LONG, JobRules.Change(new JobChange { Description = new string('x', 1025) })?.Code);
    }

    [Fact]
    public void A_priority_is_one_of_four()
    {
        Assert.All(Enum.GetValues<JobPriority>(), priority => Assert.Null(JobRules.Change(new JobChange { Priority = priority })));
        Assert.Equal(E_NOTIMPL, JobRules.Change(new JobChange { Priority = (JobPriority)4 })?.Code);
        Assert.Equal(E_NOTIMPL, JobRules.Change(new JobChange { Priority = (JobPriority)(-1) })?.Code);
    }

    [Fact]
    public void Notify_flags_hold_the_six_bits_of_the_contract()
    {
        Assert.Null(JobRules.Change(new JobChange { NotifyFlags = (NotifyFlags)0x3F }));
        Assert.Null(JobRules.Change(new JobChange { NotifyFlags = NotifyFlags.None }));
        Assert.Equal(E_NOTIMPL, JobRules.Change(new JobChange { NotifyFlags = (NotifyFlags)0x40 })?.Code);
        Assert.Equal(E_NOTIMPL, JobRules.Change(new JobChange { NotifyFlags = (NotifyFlags)int.MinValue })?.Code);
    }

    [Theory]
    [InlineData("http://origin.test")]
    [InlineData("https://origin.test:8443/a/b?c=d&e=f#g")]
    [InlineData("HTTP://ORIGIN.TEST/A")]
    [InlineData("http://[2001:db8::1]/a")]
    [InlineData("http://ann:secret@origin.test/a")]
    [InlineData("http://origin.test/%E2%82%AC")]
    public void A_remote_name_is_an_http_or_https_url(string name) => Assert.Null(JobRules.RemoteName(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("origin.test/a")]
    [InlineData("/a")]
    [InlineData("ftp://origin.test/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("http:a")]
    [InlineData("http://origin.test:99999/")]
    [InlineData("http:\\\\ann:secret@origin.test\\a")]
    public void Anything_else_is_no_remote_name(string? name)
    {
        var refusal = JobRules.RemoteName(name);

        Assert.Equal(E_INVALIDARG, refusal?.Code);
        Assert.DoesNotContain("secret", refusal!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_name_has_at_most_2200_characters()
    {
        var name = "http://origin.test/".PadRight(2200, 'x');

        Assert.Null(JobRules.RemoteName(name));
        Assert.Equal(E_INVALIDARG, JobRules.RemoteName(name + "x")?.Code);
    }

    [Theory]
    [InlineData("http://ann:secret@origin.test/a?b=c@d", "http://origin.test/a?b=c@d")]
    [InlineData("https://ann@origin.test:8443", "https://origin.test:8443")]
    [InlineData("http://ann:p@ss@origin.test/", "http://origin.test/")]
    [InlineData("http://origin.test/a@b", "http://origin.test/a@b")]
    [InlineData("http://origin.test?x=y@z", "http://origin.test?x=y@z")]
    [InlineData("nonsense@elsewhere", "nonsense@elsewhere")]
    public void User_information_is_taken_out_of_a_url_and_nothing_else(string name, string shown) =>
        Assert.Equal(shown, JobRules.WithoutUserInformation(name));

    [Fact]
    public void User_information_becomes_credentials()
    {
        var apart = JobRules.WithSecretsApart(_file with { RemoteName = "http://a%40b:p%3Aq:r@origin.test/f" });

        Assert.Equal(("http://origin.test/f", "a@b", "p:q:r"), (apart.RemoteName, apart.Http!.UserName, apart.Http.Password));
    }

    [Fact]
    public void Credentials_that_were_given_beside_the_url_win()
    {
        var apart = JobRules.WithSecretsApart(_file with { RemoteName = "http://ann:one@origin.test/f", Http = new HttpOptions { UserName = "bob", Password = "two" } });

        Assert.Equal(("http://origin.test/f", "bob", "two"), (apart.RemoteName, apart.Http!.UserName, apart.Http.Password));
    }

    [Fact]
    public void A_local_name_is_a_full_path()
    {
        Assert.Null(File(_file));
        Assert.Equal(E_INVALIDARG, File(_file with { LocalName = "" }));
        Assert.Equal(E_INVALIDARG, File(_file with { LocalName = "a/b" }));
        Assert.Equal(E_INVALIDARG, File(_file with { LocalName = _file.LocalName + "\0x" }));
    }

    [Fact]
    public void A_file_id_has_1_to_256_characters()
    {
        Assert.Null(File(_file with { FileId = "x" }));
        Assert.Null(File(_file with { FileId = new string('x', 256) }));
        Assert.Equal(E_INVALIDARG, File(_file with { FileId = "" }));
        Assert.Equal(E_INVALIDARG, File(_file with { FileId = new string('x', 257) }));
    }

    [Fact]
    public void A_file_size_fits_into_a_file_or_is_unknown()
    {
        Assert.Null(File(_file with { FileSize = 0 }));
        Assert.Null(File(_file with { FileSize = long.MaxValue }));
        Assert.Null(File(_file with { FileSize = ByteRange.UnknownSize }));
        Assert.Equal(E_INVALIDARG, File(_file with { FileSize = long.MaxValue + 1UL }));
    }

    [Fact]
    public void A_digest_is_read_before_it_is_believed() =>
        Assert.Equal(E_INVALIDARG, File(_file with { Digest = "md5:00" }));

    [Fact]
    public void Ranges_may_stand_in_any_order_and_touch()
    {
        Assert.Null(Ranges());
        Assert.Null(Ranges((0, 1)));
        Assert.Null(Ranges((0, 10), (10, 10)));
        Assert.Null(Ranges((10, 10), (0, 10)));
        Assert.Null(Ranges((100, ToEnd), (0, 100)));
        Assert.Null(Ranges((long.MaxValue - 1, 1)));
    }

    [Fact]
    public void A_range_that_no_file_can_have_is_invalid()
    {
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((0, 0)));
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((ToEnd, 1)));
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((long.MaxValue + 1UL, 1)));
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((0, ToEnd - 1)));
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((long.MaxValue, 1)));
        Assert.Equal(DO_E_INVALID_RANGE, Ranges((long.MaxValue, ToEnd - 5)));
    }

    [Fact]
    public void Ranges_that_share_a_byte_overlap()
    {
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((0, 11), (10, 1)));
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((10, 1), (0, 11)));
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((0, ToEnd), (1000, 1)));
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((0, ToEnd), (0, ToEnd)));
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((5, 5), (5, 5)));
    }

    [Fact]
    public void Ranges_of_one_offset_are_refused_the_longer_first_as_well()
    {
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((100, 5), (100, 1)));
        Assert.Equal(DO_E_OVERLAPPING_RANGES, Ranges((100, 1), (100, 5)));
    }

    [Fact]
    public void A_file_has_at_most_500_ranges()
    {
        var ranges = Enumerable.Range(0, 501).Select(i => new ByteRange((ulong)i, 1)).ToArray();

        Assert.Null(File(_file with { Ranges = ranges[..500] }));
        Assert.Equal(BG_E_TOO_MANY_RANGES_IN_FILE, File(_file with { Ranges = ranges }));
    }

    static HResult? Ranges(params (ulong Offset, ulong Length)[] ranges) =>
        File(_file with { Ranges = [.. ranges.Select(range => new ByteRange(range.Offset, range.Length))] });

    static HResult? File(AddFile file) => JobRules.File(file, _policy)?.Code;
}
