using System.Text;

namespace Haul.Cli.Arguments;

/// <summary>Asks for a password on the terminal without showing it.</summary>
static class PasswordPrompt
{
    /// <summary>What was typed; null without a terminal to ask on.</summary>
    public static string? Ask(string user)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            return null;
        Console.Error.Write($"Password of {Output.Said.Plain(user)}: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
