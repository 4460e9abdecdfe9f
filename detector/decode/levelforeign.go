package decode

import "github.com/tocsin-io/tocsin/detector"

// foreignLevels are the names of levels in languages other than English, as java.util.logging, PostgreSQL and others
// write them where their locale says so: in lower case, and with letters beyond ASCII in each case that is written.
var foreignLevels = map[string]detector.Level{}

func init() {
	for _, t := range []struct {
		level detector.Level
		names []string
	}{
		{detector.LevelDebug, []string{
			"fein", "feiner", "konfiguration", "débogage", "DÉBOGAGE", "précis", "PRÉCIS", "отладка", "ОТЛАДКА", "Отладка",
			"调试", "調試", "デバッグ", "디버그",
		}},
		{detector.LevelInfo, []string{
			"infos", "informationen", "hinweis", "meldung", "informacion", "información", "INFORMACIÓN", "informações", "INFORMAÇÕES",
			"informazioni", "инфо", "ИНФО", "Инфо", "信息", "資訊", "情報", "정보",
		}},
		{detector.LevelWarn, []string{
			"warnung", "avertissement", "advertencia", "aviso", "avviso", "avvertenza", "varning", "waarschuwing",
			"предупреждение", "ПРЕДУПРЕЖДЕНИЕ", "Предупреждение", "внимание", "ВНИМАНИЕ", "警告", "경고",
		}},
		{detector.LevelError, []string{
			"fehler", "schwerwiegend", "erreur", "grave", "errore", "erro", "fout",
			"ошибка", "ОШИБКА", "Ошибка", "错误", "錯誤", "エラー", "오류",
		}},
		{detector.LevelFatal, []string{
			"kritisch", "critique", "critico", "crítico", "CRÍTICO", "fatale", "严重", "致命", "致命的",
		}},
	} {
		for _, name := range t.names {
			foreignLevels[name] = t.level
			if ascii(name) {
				levelNames[name] = t.level
			}
		}
	}
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
