using System.Security.Cryptography;
using Haul.SystemTests.Origins;

namespace Haul.SystemTests.Cli;

/// <summary>haul key, haul publish, and haul get --publisher, over a real nginx without TLS.</summary>
public sealed class PublishTests : IAsyncLifetime
{
    readonly CliRig _rig = new();
    readonly TestAuthority _authority = new();
    NginxOrigin _nginx = null!;
    string _key = "";

    string Site => Path.Combine(_rig.Work, "site");

    public async ValueTask InitializeAsync()
    {
        Write("1.0/image.iso", 3_000_000, seed: 1);
        Write("2.0/image.iso", 2_000_000, seed: 2);
        Write("empty", 0, seed: 3);
        _nginx = await NginxOrigin.StartAsync(Site, _authority);
        _key = await KeyAsync("publisher.key");
    }

    public async ValueTask DisposeAsync()
    {
        await _nginx.DisposeAsync();
        _authority.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_is_fetched_by_its_key_alone()
    {
        var published = await PublishAsync();

        Assert.Equal((0, 3), (published.Exit, published.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains($"1.0/image.iso  3.00 MB  sha256:{DigestOf("1.0/image.iso")}", published.Out, StringComparison.Ordinal);
        foreach (var name in new[] { "1.0/image.iso", "2.0/image.iso", "empty" })
        {
            var got = await _rig.RunAsync("get", Url(name) + "?mirror=1", "-o", "out", "--overwrite", "--publisher", _key);
            Assert.Equal((0, ""), (got.Exit, got.Exit == 0 ? "" : got.Error));
            Assert.Equal(DigestOf(name), Digest(_rig.Target("out")));
        }
    }

    [Fact]
    public async Task Every_file_of_a_list_has_its_own_manifest()
    {
        await PublishAsync();

        var got = await _rig.RunAsync("get", Url("1.0/image.iso"), Url("empty"), "-d", "out", "--publisher", _key);

        Assert.Equal((0, DigestOf("1.0/image.iso")), (got.Exit, Digest(_rig.Target("out/image.iso"))));
    }

    [Fact]
    public async Task A_changed_byte_is_not_placed()
    {
        await PublishAsync();
        using (var file = File.OpenWrite(Path.Combine(Site, "1.0/image.iso")))
            file.Write("x"u8);

        await RefusedAsync("1.0/image.iso", _key, "DO_E_BAD_PIECE_HASH");
    }

    [Fact]
    public async Task A_digest_of_the_caller_s_own_is_held_against_the_whole_all_the_same()
    {
        await PublishAsync();

        var right = await _rig.RunAsync("get", Url("1.0/image.iso"), "-o", "right", "--publisher", _key, "--sha256", DigestOf("1.0/image.iso"));
        var wrong = await _rig.RunAsync("get", Url("1.0/image.iso"), "-o", "wrong", "--publisher", _key, "--sha256", DigestOf("2.0/image.iso"));

        Assert.Equal((0, 5), (right.Exit, wrong.Exit));
        Assert.Contains(DigestOf("1.0/image.iso"), wrong.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_rig.Target("wrong")));
    }

    [Fact]
    public async Task Another_file_of_the_publisher_is_not_taken_under_this_name()
    {
        await PublishAsync();
        foreach (var ending in new[] { "", ".haul" })
            File.Copy(Path.Combine(Site, $"2.0/image.iso{ending}"), Path.Combine(Site, $"1.0/image.iso{ending}"), overwrite: true);

        await RefusedAsync("1.0/image.iso", _key, "signed for '2.0/image.iso'");
    }

    [Fact]
    public async Task What_another_signed_or_nobody_is_not_taken()
    {
        await PublishAsync();
        await RefusedAsync("1.0/image.iso", await KeyAsync("other.key"), "and not by");

        File.Delete(Path.Combine(Site, "1.0/image.iso.haul"));
        await RefusedAsync("1.0/image.iso", _key, "404");
    }

    [Fact]
    public async Task A_Metalink_proves_a_file_too()
    {
        Assert.Equal(0, (await _rig.RunAsync("publish", Site, "--key", "publisher.key", "--metalink", _nginx.PlainRoot.AbsoluteUri)).Exit);
        var digest = $"sha256:{DigestOf("1.0/image.iso.meta4")}";

        var got = await _rig.RunAsync("get", Url("1.0/image.iso"), "-o", "out", "--manifest", Url("1.0/image.iso.meta4"), "--manifest-digest", digest);
        Assert.Equal((0, DigestOf("1.0/image.iso")), (got.Exit, Digest(_rig.Target("out"))));
        Assert.Contains(Url("1.0/image.iso"), await File.ReadAllTextAsync(Path.Combine(Site, "1.0/image.iso.meta4"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var other = await _rig.RunAsync("get", Url("2.0/image.iso"), "-o", "other", "--manifest", Url("1.0/image.iso.meta4"), "--manifest-digest", digest);
        Assert.Equal(5, other.Exit);
        Assert.DoesNotContain(".meta4", (await PublishAsync()).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_its_owner_s_alone_and_never_replaced()
    {
        var path = Path.Combine(_rig.Work, "publisher.key");
        Assert.Equal("600", (await _rig.ShellAsync($"stat -c %a {path}")).Out.Trim());
        Assert.Equal((0, _key), await OutAsync("key", "show", path));
        Assert.Equal(3, (await _rig.RunAsync("key", "create", path)).Exit);
        Assert.Equal((0, _key), await OutAsync("key", "show", path));

        await _rig.ShellAsync($"chmod 640 {path}");
        var open = await PublishAsync();
        Assert.Equal(3, open.Exit);
        Assert.Contains("chmod 600", open.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_openssl_is_one_and_anything_else_is_none()
    {
        var made = await _rig.ShellAsync("umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256 && openssl genpkey -algorithm RSA -out rsa && echo nothing > text && $HAUL key show p256; $HAUL key show rsa; echo $?; $HAUL key show text; echo $?; $HAUL key show none; echo $?");

        var lines = made.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("haul-p256:", lines[0], StringComparison.Ordinal);
        Assert.Equal(["2", "2", "3"], lines[1..]);
    }

    [Fact]
    public async Task Links_and_what_is_not_there_are_not_published()
    {
        File.CreateSymbolicLink(Path.Combine(Site, "link"), "/etc/passwd");
        Assert.DoesNotContain("link", (await PublishAsync()).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Site, "link.haul")));

        var missing = await _rig.RunAsync("publish", "nowhere", "--key", "publisher.key");
        Assert.Equal(3, missing.Exit);
        Assert.Contains("nowhere", missing.Error, StringComparison.Ordinal);
    }

    async Task RefusedAsync(string name, string key, string why)
    {
        var got = await _rig.RunAsync("get", Url(name), "-o", "out", "--publisher", key);

        Assert.Equal(5, got.Exit);
        Assert.Contains(why, got.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_rig.Target("out")));
    }

    async Task<string> KeyAsync(string file)
    {
        var (exit, text) = await OutAsync("key", "create", file);
        Assert.Equal(0, exit);
        return text;
    }

    async Task<(int Exit, string Text)> OutAsync(params string[] arguments)
    {
        var result = await _rig.RunAsync(arguments);
        return (result.Exit, result.Out.Trim());
    }

    Task<CliResult> PublishAsync() => _rig.RunAsync("publish", Site, "--key", "publisher.key");

    string Url(string name) => new Uri(_nginx.PlainRoot, name).AbsoluteUri;

    string DigestOf(string name) => Digest(Path.Combine(Site, name));

    static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    void Write(string name, int size, int seed)
    {
        var path = Path.Combine(Site, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        File.WriteAllBytes(path, content);
    }
}
