using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Haul.SystemTests.Processes;

/// <summary>What the tests take from the machine: ports, directories, small file systems, users.</summary>
/// <remarks>Where root is needed, the test without root proves the refusal instead.</remarks>
public sealed class MachineTests
{
    const int SmallBytes = 1024 * 1024;

    [Fact]
    public void Free_ports_are_distinct_and_can_be_listened_on()
    {
        var ports = Enumerable.Range(0, 20).Select(_ => FreePort.Next()).ToList();

        Assert.Equal(20, ports.Distinct().Count());
        using var listener = new TcpListener(IPAddress.Loopback, ports[0]);
        listener.Start();
        Assert.Equal(ports[0], ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    [Fact]
    public void A_temp_directory_is_gone_with_all_in_it()
    {
        string path;
        using (var directory = new TempDirectory())
        {
            path = directory.Path;
            File.WriteAllText(Path.Combine(directory.Subdirectory("inner"), "file"), "text");
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task A_tmpfs_is_full_at_its_size()
    {
        if (!Tmpfs.CanMount)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => Tmpfs.MountAsync(SmallBytes));
            return;
        }

        string path;
        await using (var small = await Tmpfs.MountAsync(SmallBytes))
        {
            path = small.Path;
            await File.WriteAllBytesAsync(
                Path.Combine(path, "fits"), new byte[SmallBytes / 2], TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<IOException>(() => File.WriteAllBytesAsync(
                Path.Combine(path, "too-big"), new byte[SmallBytes], TestContext.Current.CancellationToken));
        }
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task The_two_test_users_are_different_and_programs_run_as_them()
    {
        if (!TestUsers.CanCreate)
        {
            Assert.Throws<Win32Exception>(() => RunningProgram.Start(new RunningProgram.Setting(User: "root"), "id", "-u"));
            return;
        }

        var first = await TestUsers.FirstAsync();
        var second = await TestUsers.SecondAsync();
        Assert.Equal(first, await TestUsers.FirstAsync());
        Assert.NotEqual(first.Uid, second.Uid);
        Assert.NotEqual(0, first.Uid);

        await using var id = RunningProgram.Start(new RunningProgram.Setting("/", first.Name), "id", "-u");
        await id.WaitForExitAsync();
        Assert.Equal(first.Uid.ToString(CultureInfo.InvariantCulture), id.Output.Text);
    }
}
