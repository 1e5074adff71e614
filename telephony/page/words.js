// What the page says, in its two languages.
export const words = {
  en: {
    otherLanguage: "中文", telephone: "Telephone", conversation: "Conversation", call: "Call Parley", hangUp: "Hang up",
    idle: "Ready to call", calling: "Connecting…", ringing: "Ringing…", talking: "In a call",
    ended: "Call ended", endedByParley: "Parley hung up", you: "You", parley: "Parley", mute: "Mute",
    unmute: "Unmute", keypad: "Keypad", empty: "What is said appears here.",
    noMicrophone: "The microphone cannot be used. Allow it for this page and call again.",
    insecure: "Browsers give a page the microphone only on localhost or over HTTPS.",
    noServer: "Parley does not answer. Is it running?", key: "Key", timing: "answered after {ms} ms",
  },
  zh: {
    otherLanguage: "English", telephone: "电话", conversation: "对话", call: "呼叫 Parley", hangUp: "挂断",
    idle: "可以拨打", calling: "正在连接…", ringing: "正在呼叫…", talking: "通话中",
    ended: "通话结束", endedByParley: "对方已挂断", you: "您", parley: "Parley", mute: "静音",
    unmute: "取消静音", keypad: "键盘", empty: "通话内容会显示在这里。",
    noMicrophone: "无法使用麦克风。请允许本页面使用麦克风后重新拨打。",
    insecure: "浏览器只允许 localhost 或 HTTPS 页面使用麦克风。",
    noServer: "Parley 没有应答，请确认它正在运行。", key: "按键", timing: "{ms} 毫秒后答复",
  },
};
