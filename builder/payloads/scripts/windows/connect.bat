@echo off
rem Starts the connection. Nothing is installed.
cscript //nologo "%~dp0connect.vbs"
if errorlevel 1 pause
