@echo off
cd /d "%~dp0..\..\.."
node --import tsx simulator/plugin/main.ts %*
