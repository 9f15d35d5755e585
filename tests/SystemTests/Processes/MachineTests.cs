using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Haul.SystemTests.Disk;

namespace Haul.SystemTests.Processes;

/// <summary>What the tests take from the machine: ports, directories, users.</summary>
public sealed class MachineTests
{
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

    [RootFact]
    public async Task A_program_runs_as_another_user()
    {
        var user = TestUsers.First;
        await using var id = RunningProgram.Start(new RunningProgram.Setting("/", user.Name), "id", "-u");
        await id.WaitForExitAsync();

        Assert.Equal(user.Uid.ToString(CultureInfo.InvariantCulture), id.Output.Text);
    }
}
