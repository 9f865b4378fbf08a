; Puts the application into the Explorer's "Send to" menu: what is chosen there comes as paths on the command line.
!macro NSIS_HOOK_POSTINSTALL
  CreateShortcut "$SENDTO\ChunkStream Pro.lnk" "$INSTDIR\chunkstream-desktop.exe"
!macroend

!macro NSIS_HOOK_PREUNINSTALL
  Delete "$SENDTO\ChunkStream Pro.lnk"
!macroend
