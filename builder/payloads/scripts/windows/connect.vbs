' Tells the server that this computer is here, opens the chat, and shows the screen by VNC if a VNC server lies beside.
Option Explicit
Dim shell, files, here, config, session, server, port

Set shell = CreateObject("WScript.Shell")
Set files = CreateObject("Scripting.FileSystemObject")
here = files.GetParentFolderName(WScript.ScriptFullName) & "\"
config = files.OpenTextFile(here & "config.json", 1).ReadAll
session = Setting("sessionId", "[A-Z0-9-]+")
port = Setting("port", "[0-9]+")

server = Setting("server", "[^""]+")
If Not Register(server) Then
    ' Windows XP doesn't know today's encryption; the server's plain address is tried when the safe one fails.
    server = Setting("httpFallback", "[^""]+")
    If Not Register(server) Then
        WScript.Echo "The server can't be reached. Check the Internet connection and tell your technician."
        WScript.Quit 1
    End If
End If
shell.Run server & "/customer/xp-chat.html?session=" & session
ShareScreen
WScript.Echo "Connected as " & session & ". Your technician can write to you in the page that has opened."

Function Setting(name, pattern)
    Dim expression, found
    Set expression = New RegExp
    expression.Pattern = """" & name & """\s*:\s*""?(" & pattern & ")"
    Set found = expression.Execute(config)
    Setting = ""
    If found.Count > 0 Then Setting = found(0).SubMatches(0)
End Function

Function Register(address)
    Dim request, body, computer
    computer = shell.ExpandEnvironmentStrings("%COMPUTERNAME%")
    body = "{""sessionId"":""" & session & """,""vncPort"":5900,""clientInfo"":{""os"":""Windows (script)"",""hostname"":""" & _
        Safe(computer) & """,""userAgent"":""ConnectAssist script""}}"
    Register = False
    If address = "" Then Exit Function
    On Error Resume Next
    Set request = CreateObject("MSXML2.XMLHTTP")
    request.Open "POST", address & "/api/sessions/register", False
    request.SetRequestHeader "Content-Type", "application/json"
    request.Send body
    Register = (Err.Number = 0 And request.Status = 200)
    On Error Goto 0
End Function

Function Safe(text)
    Dim expression
    Set expression = New RegExp
    expression.Global = True
    expression.Pattern = "[^A-Za-z0-9._-]"
    Safe = expression.Replace(text, "_")
End Function

Sub ShareScreen
    Dim program, host
    program = here & "tightvnc\tvnserver.exe"
    If port = "" Or Not files.FileExists(program) Then Exit Sub
    host = Split(Split(Split(server, "//")(1), "/")(0), ":")(0)
    shell.Run """" & program & """ -run", 0, False
    WScript.Sleep 3000
    shell.Run """" & program & """ -controlapp -connect " & host & "::" & port, 0, False
End Sub
